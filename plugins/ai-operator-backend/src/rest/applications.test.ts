import { TestDatabases } from '@backstage/backend-test-utils';
import {
  aCheck,
  aKey,
  aRecord,
  openOne,
  states,
  tick,
} from '../persistence/__testUtils__/fixtures';
import { aComponent, SHA, startServer, T0 } from './__testUtils__/server';
import { decideFor, payment } from './__testUtils__/story';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

function names(body: { items: Array<{ key: { name: string } }> }) {
  return body.items.map(item => item.key.name);
}

describe('GET /v1/applications', () => {
  it('is empty on an empty database', async () => {
    const { get } = await startServer(databases);
    const { body } = await get('/v1/applications').expect(200);
    expect(body).toEqual({ items: [], totalItems: 0, now: T0 });
  });

  it('tells everything the fleet table shows', async () => {
    const { db, get, time } = await startServer(databases, {
      entities: [
        aComponent('payment', { 'argocd/app-name': 'payment-service' }),
        aComponent('all', { 'argocd/app-selector': 'environment=staging' }),
        aComponent('other', { 'argocd/app-name': 'other' }),
      ],
    });
    const { correlationId } = await payment(db);
    await tick(db, {
      now: T0 + 190_000,
      records: [
        aRecord('payment-service', {
          lastCheck: aCheck({
            at: T0 + 190_000,
            health: 'Degraded',
            streak: 20,
            syncStatus: 'Synced',
            replicas: {
              known: true,
              value: { available: 1, desired: 3 },
              at: T0,
            },
          }),
          streak: 20,
        }),
      ],
    });
    time.now = T0 + 195_000;
    const { body } = await get('/v1/applications').expect(200);
    expect(body).toEqual({
      totalItems: 1,
      now: T0 + 195_000,
      items: [
        {
          key: aKey('payment-service'),
          environment: 'staging',
          project: 'default',
          health: 'Degraded',
          healthSince: T0,
          checkedAt: T0 + 190_000,
          syncStatus: 'Synced',
          revision: SHA.bad,
          replicas: { known: true, available: 1, desired: 3 },
          streak: 20,
          streakNeeded: 3,
          mode: 'auto',
          repository: 'my-org/payment-service',
          repositoryUrl: 'https://github.example.com/my-org/payment-service',
          entityRefs: ['component:default/payment', 'component:default/all'],
          activeRollback: {
            correlationId,
            state: 'AwaitingMergeApproval',
            since: T0 + 180_000,
            deadlineAt: T0 + 300_000,
          },
          explanation: expect.stringMatching(/\w/),
          argoUrl: 'https://argocd.example.com/payment-service',
        },
      ],
    });
  });

  it('says when an unchanged application was last checked, and when a not measured one was tried', async () => {
    const { db, get } = await startServer(databases);
    await tick(db, {
      records: [
        aRecord('same'),
        aRecord('unmeasured', {
          lastCheck: aCheck({ health: 'NotMeasured', because: 'timeout' }),
        }),
      ],
    });
    await tick(db, { now: T0 + 60_000 });
    const { body } = await get('/v1/applications').expect(200);
    expect(
      body.items.map((item: { checkedAt: number }) => item.checkedAt),
    ).toEqual([T0 + 60_000, T0]);
  });

  it('names what keeps the operator from acting', async () => {
    const { db, get } = await startServer(databases);
    await tick(db, {
      records: [
        aRecord('a', { environment: undefined }),
        aRecord('b', {
          source: { known: false, because: 'It has two Git sources.', at: T0 },
          lastCheck: aCheck({
            replicas: { known: false, because: 'forbidden', at: T0 },
          }),
        }),
      ],
    });
    const { body } = await get('/v1/applications').expect(200);
    expect(body.items[0].problem).toContain('aiOperator.environments');
    expect(body.items[0]).not.toHaveProperty('mode');
    expect(body.items[1].problem).toBe('It has two Git sources.');
    expect(body.items[1].replicas).toEqual({
      known: false,
      because: 'forbidden',
    });
  });

  it('pages to the end in a stable order', async () => {
    const { db, get } = await startServer(databases);
    await tick(db, {
      records: Array.from({ length: 25 }, (_, n) =>
        aRecord(`service-${String(n).padStart(2, '0')}`),
      ),
    });
    const seen: string[] = [];
    let cursor = '';
    let requests = 0;
    do {
      const { body } = await get(
        `/v1/applications?limit=10&order=desc${cursor}`,
      ).expect(200);
      expect(body.totalItems).toBe(25);
      seen.push(...names(body));
      cursor = body.nextCursor ? `&cursor=${body.nextCursor}` : '';
      requests += 1;
    } while (cursor && requests < 10);
    expect(requests).toBe(3);
    expect(seen).toEqual([...seen].sort().reverse());
    expect(new Set(seen).size).toBe(25);
  });

  it('filters and sorts', async () => {
    const { db, get } = await startServer(databases, {
      entities: [aComponent('b', { 'argocd/app-name': 'b-service' })],
    });
    const locked = await openOne(db, 'c-service');
    await decideFor(db, locked, states(T0 + 1).abort);
    await tick(db, {
      records: [
        aRecord('a-service', { lastCheck: aCheck({ health: 'Healthy' }) }),
        aRecord('b-service', {
          lastCheck: aCheck({ health: 'Degraded' }),
          environment: 'production',
        }),
      ],
    });
    async function ask(query: string) {
      const { body } = await get(`/v1/applications?${query}`).expect(200);
      expect(body.totalItems).toBe(body.items.length);
      return names(body);
    }
    await expect(ask('environment=production')).resolves.toEqual(['b-service']);
    await expect(ask('health=Degraded,Missing')).resolves.toEqual([
      'b-service',
    ]);
    await expect(ask('health=Degraded&health=Healthy')).resolves.toHaveLength(
      3,
    );
    await expect(ask('state=Abort')).resolves.toEqual(['c-service']);
    await expect(ask('state=Idle')).resolves.toEqual([
      'a-service',
      'b-service',
    ]);
    await expect(ask('text=B-SER')).resolves.toEqual(['b-service']);
    await expect(ask('q=a-ser')).resolves.toEqual(['a-service']);
    await expect(ask('entity=component:default/b')).resolves.toEqual([
      'b-service',
    ]);
    await expect(ask('sort=health')).resolves.toEqual([
      'b-service',
      'a-service',
      'c-service',
    ]);
    await expect(ask('sort=environment&order=desc')).resolves.toEqual([
      'c-service',
      'a-service',
      'b-service',
    ]);
  });

  it.each([
    ['enviroment=staging', 'enviroment', /there are environment, health/],
    ['environment=qa', 'environment', /staging, production/],
    ['health=Sick', 'health', /'Sick' is none of Healthy/],
    ['state=Done', 'state', /'Done' is none of/],
    ['limit=0', 'limit', /less than 1/],
    ['limit=201', 'limit', /more than 200/],
    ['limit=ten', 'limit', /not a number/],
    ['limit=1&limit=2', 'limit', /not a number/],
    ['limit=1.5', 'limit', /whole number/],
    ['sort=color', 'sort', /name, health/],
    ['order=up', 'order', /asc nor desc/],
    ['text=%00', 'text', /control characters/],
    [`text=${'x'.repeat(201)}`, 'text', /longer than 200/],
    ['cursor=nonsense', 'cursor', /not a cursor of ours/],
    ['cursor=', 'cursor', /first page/],
    ['entity=:', 'entity', /entity ref/],
  ])('refuses ?%s by the name of the field', async (query, field, message) => {
    const { get } = await startServer(databases);
    const { body } = await get(`/v1/applications?${query}`).expect(400);
    expect(body.error).toEqual({
      name: 'InputError',
      code: 'BAD_REQUEST',
      field,
      message: expect.stringMatching(message),
    });
    expect(body.error.message.startsWith(`${field}: `)).toBe(true);
  });

  it('refuses a cursor of another list, and one that was tampered with', async () => {
    const { db, get } = await startServer(databases);
    await tick(db, { records: [aRecord('a'), aRecord('b')] });
    const { body } = await get('/v1/applications?limit=1').expect(200);
    const other = await get(
      `/v1/applications?limit=1&sort=health&cursor=${body.nextCursor}`,
    ).expect(400);
    expect(other.body.error.message).toContain('begin again without it');
    const { of } = JSON.parse(
      Buffer.from(body.nextCursor, 'base64url').toString(),
    );
    for (const after of [[1, 2, 3], ['a'], ['a', 'b\0', 'c'], 'a']) {
      const forged = Buffer.from(JSON.stringify({ of, after })).toString(
        'base64url',
      );
      const answer = await get(
        `/v1/applications?limit=1&cursor=${forged}`,
      ).expect(400);
      expect(answer.body.error.field).toBe('cursor');
    }
  });

  it('knows no entity that the catalog does not know', async () => {
    const { get } = await startServer(databases);
    const { body } = await get(
      '/v1/applications?entity=component:default/none',
    ).expect(404);
    expect(body.error.code).toBe('ENTITY_NOT_FOUND');
  });
});

describe('GET /v1/applications/:instance/:namespace/:name', () => {
  it('tells checks, findings, the open rollback in full and earlier ones', async () => {
    const { db, get, time } = await startServer(databases);
    const earlier = await openOne(db, 'payment-service', {
      openedAt: T0 - 1_000_000,
    });
    await decideFor(db, earlier, states(T0 - 900_000).idle);
    const { correlationId } = await payment(db);
    await tick(db, {
      records: [
        aRecord('payment-service', {
          findings: [
            {
              rule: 'AC-04',
              because: 'Deployment payment-service has no readiness probe',
              howToMend: 'Declare one',
            },
          ],
        }),
      ],
    });
    time.now = T0 + 190_000;
    const { body } = await get(
      '/v1/applications/main/argocd/payment-service',
    ).expect(200);
    expect(
      body.checks.map((check: { streak: number }) => check.streak),
    ).toEqual([1, 2, 3]);
    expect(body.findings).toHaveLength(1);
    expect(body.rollback.correlationId).toBe(correlationId);
    expect(
      body.history.map((item: { correlationId: string }) => item.correlationId),
    ).toEqual([correlationId, earlier.correlationId]);
  });

  it('has no rollback when none holds the application', async () => {
    const { db, get } = await startServer(databases);
    await tick(db, { records: [aRecord('calm')] });
    const { body } = await get('/v1/applications/main/argocd/calm').expect(200);
    expect(body).toMatchObject({ checks: [], findings: [], history: [] });
    expect(body).not.toHaveProperty('rollback');
    expect(body).not.toHaveProperty('activeRollback');
  });

  it('answers 404 with what to check', async () => {
    const { get } = await startServer(databases);
    const { body } = await get('/v1/applications/main/argocd/none').expect(404);
    expect(body.error).toMatchObject({
      code: 'APPLICATION_NOT_FOUND',
      message: expect.stringContaining('main/argocd/none'),
    });
  });

  it('refuses control characters, and parameters it does not know', async () => {
    const { get } = await startServer(databases);
    const bad = await get('/v1/applications/main/argocd/%00').expect(400);
    expect(bad.body.error.field).toBe('name');
    const more = await get('/v1/applications/main/argocd/x?full=1').expect(400);
    expect(more.body.error).toMatchObject({
      field: 'full',
      message: 'full: this route takes no parameters',
    });
  });
});
