import { castOf, startTestWorld, type TestWorld } from '../testing/testWorld';
import {
  validateAgainstPublishedModels,
  type PublishedModel,
} from '../testing/publishedModels';

describe('against the published models', () => {
  let test: TestWorld;

  beforeAll(async () => {
    test = await startTestWorld({
      // One of every kind the company has.
      cast: castOf(
        'payment-service',
        'ledger',
        'orders',
        'basket',
        'fraud-check',
        'reviews',
        'gift-cards',
        'inventory',
        'recommendations',
        'payouts',
        'feature-flags',
        'returns',
        'warehouse-gateway',
        'ingress-gateway',
      ),
    });
    await test.world.control.deployBad({ service: 'payment-service' });
    await test.world.control.deployBad({
      service: 'ledger',
      environment: 'production',
    });
    await test.clock.advance(65_000);
    // Found while one is degraded, one in the middle of its sync, and one failed to compare.
    await test.world.control.deployGood({ service: 'orders' });
    const { git } = test.world.github.repository('my-org/basket');
    await git.commitFiles({
      branch: 'staging',
      files: { '.argocd/application.yaml': 'kind: [' },
      message: 'Break the manifest',
      author: {
        name: 'Dave',
        email: 'dave@example.com',
        date: test.clock.now(),
      },
    });
    await test.world.control.sync({ service: 'basket' });
  }, 60_000);
  afterAll(() => test.stop());

  async function expectConform(
    cases: { model: PublishedModel; data: unknown }[],
  ): Promise<void> {
    const problems = await validateAgainstPublishedModels(cases);
    expect(problems.filter(problem => problem !== '')).toEqual([]);
    expect(problems).toHaveLength(cases.length);
  }

  it('an object that is none of theirs does not pass', async () => {
    const problems = await validateAgainstPublishedModels([
      { model: 'Application', data: { metadata: {}, spec: { project: 3 } } },
      { model: 'Deployment', data: { spec: { replicas: 'three' } } },
      { model: 'PodList', data: { items: [{ spec: { containers: [{}] } }] } },
    ]);
    expect(problems.every(problem => problem !== '')).toBe(true);
  });

  it.each(['staging', 'production'])(
    'every Application of %s conforms, in whatever state it is',
    async instance => {
      const list = await test.argo('/applications', instance);
      const names = list.body.items.map(
        (item: { metadata: { name: string } }) => item.metadata.name,
      );
      expect(names).toHaveLength(14);
      const single = await Promise.all(
        names.map((name: string) =>
          test.argo(`/applications/${name}`, instance),
        ),
      );
      expect(single.map(answer => answer.body)).toEqual(list.body.items);
      await expectConform(
        single.map(({ body }) => ({ model: 'Application', data: body })),
      );
      const healths = single.map(({ body }) => body.status.health.status);
      expect(new Set(healths)).toEqual(
        new Set(
          instance === 'staging'
            ? [
                'Healthy',
                'Degraded',
                'Progressing',
                'Suspended',
                'Missing',
                'Unknown',
              ]
            : ['Healthy', 'Degraded', 'Progressing', 'Suspended'],
        ),
      );
    },
  );

  it.each([
    ['/apis/apps/v1/deployments', 'DeploymentList', 'Deployment'],
    ['/apis/apps/v1/replicasets', 'ReplicaSetList', 'ReplicaSet'],
    ['/api/v1/pods', 'PodList', 'Pod'],
  ] as const)('%s conforms to %s', async (path, list, kind) => {
    const { body } = await test.kubernetes(path);
    expect(body.items.length).toBeGreaterThan(10);
    expect(body.kind).toBe(list);
    await expectConform([
      { model: list, data: withKinds(body, kind) },
      ...withKinds(body, kind).items.map(item => ({
        model: kind,
        data: item,
      })),
    ]);
  });

  it('the namespaces conform', async () => {
    const { body } = await test.kubernetes('/api/v1/namespaces');
    expect(body.items.length).toBeGreaterThan(2);
    await expectConform([
      { model: 'NamespaceList', data: withKinds(body, 'Namespace') },
    ]);
  });
});

/** Objects inside a real list carry neither kind nor apiVersion; the models ask for both. */
function withKinds(
  list: { apiVersion: string; items: object[] },
  kind: string,
) {
  return {
    ...list,
    items: list.items.map(item => ({
      apiVersion: list.apiVersion,
      kind,
      ...item,
    })),
  };
}
