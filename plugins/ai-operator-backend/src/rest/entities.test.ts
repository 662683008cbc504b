import { TestDatabases } from '@backstage/backend-test-utils';
import { aKey, aRecord, tick } from '../persistence/__testUtils__/fixtures';
import { aComponent, startServer, T0 } from './__testUtils__/server';
import { payment } from './__testUtils__/story';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

const FLEET = [
  aRecord('pay', {
    key: aKey('pay', { instance: 'staging' }),
    labels: { app: 'pay', tier: 'front' },
  }),
  aRecord('pay', {
    key: aKey('pay', { instance: 'production' }),
    labels: { app: 'pay', tier: 'back' },
    project: 'shop',
  }),
  aRecord('pay', {
    key: aKey('pay', { instance: 'staging', namespace: 'team-a' }),
    labels: { app: 'pay' },
  }),
  aRecord('cart', {
    key: aKey('cart', { instance: 'staging' }),
    labels: { app: 'cart', tier: 'back' },
  }),
];

async function askFor(annotations: Record<string, string>) {
  const { db, get } = await startServer(databases, {
    entities: [aComponent('shop', annotations)],
  });
  for (const instance of ['staging', 'production']) {
    await tick(db, {
      instance,
      records: FLEET.filter(record => record.key.instance === instance),
    });
  }
  const { body } = await get(
    '/v1/entities/component/default/shop/applications',
  ).expect(200);
  expect(body.entityRef).toBe('component:default/shop');
  return {
    keys: body.items
      .map(
        ({
          key,
        }: {
          key: { instance: string; namespace: string; name: string };
        }) => `${key.instance}/${key.namespace}/${key.name}`,
      )
      .sort(),
    problem: body.problem,
  };
}

describe('GET /v1/entities/:kind/:namespace/:name/applications', () => {
  it.each([
    [
      'a name, in all instances and namespaces',
      { 'argocd/app-name': 'pay' },
      ['production/argocd/pay', 'staging/argocd/pay', 'staging/team-a/pay'],
    ],
    [
      'a name in one instance',
      { 'argocd/app-name': 'pay', 'argocd/instance-name': 'production' },
      ['production/argocd/pay'],
    ],
    [
      'a name in several instances',
      {
        'argocd/app-name': 'pay',
        'argocd/instance-name': 'production, staging',
        'argocd/app-namespace': 'argocd',
      },
      ['production/argocd/pay', 'staging/argocd/pay'],
    ],
    [
      'a namespace',
      { 'argocd/app-name': 'pay', 'argocd/app-namespace': 'team-a' },
      ['staging/team-a/pay'],
    ],
    [
      'a project',
      { 'argocd/app-name': 'pay', 'argocd/project-name': 'shop' },
      ['production/argocd/pay'],
    ],
    [
      'a selector by equality',
      { 'argocd/app-selector': 'app=pay,tier=back' },
      ['production/argocd/pay'],
    ],
    [
      'a selector by sets',
      { 'argocd/app-selector': 'app in (pay,cart),tier notin (front),tier' },
      ['production/argocd/pay', 'staging/argocd/cart'],
    ],
    [
      'a selector by what is not there',
      { 'argocd/app-selector': '!tier' },
      ['staging/team-a/pay'],
    ],
    [
      'a selector by inequality',
      { 'argocd/app-selector': 'app!=pay' },
      ['staging/argocd/cart'],
    ],
  ])('honours %s', async (_title, annotations, expected) => {
    await expect(askFor(annotations)).resolves.toEqual({
      keys: expected,
      problem: undefined,
    });
  });

  it.each([
    [
      'both annotations, in the words of the community plugin',
      { 'argocd/app-name': 'pay', 'argocd/app-selector': 'app=pay' },
      'Cannot provide both argocd/app-name and argocd/app-selector annotations',
    ],
    ['none', {}, /names no Argo CD application\. Add the annotation/],
    [
      'a selector that cannot be read',
      { 'argocd/app-selector': 'app=pay,=' },
      /argocd\/app-selector cannot be read/,
    ],
    [
      'what does not exist',
      { 'argocd/app-name': 'nope', 'argocd/instance-name': 'staging' },
      /named nope in instance staging, and no watched application/,
    ],
  ])('tells the problem with %s', async (_title, annotations, problem) => {
    const answer = await askFor(annotations);
    expect(answer.keys).toEqual([]);
    expect(answer.problem).toMatch(problem);
  });

  it('shows each application in full, and at most twenty', async () => {
    const { db, get } = await startServer(databases, {
      entities: [
        aComponent('payment', { 'argocd/app-name': 'payment-service' }),
        aComponent('many', { 'argocd/app-selector': 'many' }),
      ],
    });
    const { correlationId } = await payment(db);
    await tick(db, {
      records: Array.from({ length: 21 }, (_, n) =>
        aRecord(`m${n}`, { labels: { many: 'yes' } }),
      ),
    });
    const one = await get(
      '/v1/entities/component/default/payment/applications',
    ).expect(200);
    expect(one.body.items[0].rollback.correlationId).toBe(correlationId);
    expect(one.body.now).toBe(T0);
    const many = await get(
      '/v1/entities/component/default/many/applications',
    ).expect(200);
    expect(many.body.items).toHaveLength(20);
    expect(many.body.problem).toContain('21 applications');
  });

  it('answers 404 for an entity that is not there or may not be seen', async () => {
    const { get } = await startServer(databases);
    const { body } = await get(
      '/v1/entities/component/default/none/applications',
    ).expect(404);
    expect(body.error).toMatchObject({
      code: 'ENTITY_NOT_FOUND',
      message: expect.stringContaining('component:default/none'),
    });
  });

  it('refuses names no entity can have', async () => {
    const { get } = await startServer(databases);
    const { body } = await get(
      `/v1/entities/component/default/${'x'.repeat(254)}/applications`,
    ).expect(400);
    expect(body.error.field).toBe('name');
  });

  it('answers 503 while the catalog does not answer, and asks it with the caller’s rights', async () => {
    const getEntityByRef = jest.fn().mockRejectedValue(new Error('refused'));
    const { get } = await startServer(databases, {
      deps: { catalog: { getEntityByRef } },
    });
    const { body } = await get(
      '/v1/entities/component/default/shop/applications',
    ).expect(503);
    expect(body.error.code).toBe('CATALOG_UNAVAILABLE');
    expect(body.error.message).not.toContain('refused');
    expect(getEntityByRef).toHaveBeenCalledWith(
      { kind: 'component', namespace: 'default', name: 'shop' },
      {
        credentials: expect.objectContaining({
          principal: expect.objectContaining({ type: 'user' }),
        }),
      },
    );
  });
});
