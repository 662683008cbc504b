import { mockServices } from '@backstage/backend-test-utils';
import Knex from 'knex';
import { readOperatorConfig, toPolicy } from '../../config';
import {
  claimInstance,
  createDatabase,
  Database,
  getApplicationRecord,
  getRollback,
  listAudit,
  listChecks,
  listInstances,
  migrationsDirectory,
} from '../../persistence';
import { CatalogSnapshot, EngineMetrics, PortError } from '../../ports';
import { FakeArgo } from '../__testUtils__/fakeArgo';
import { ApplicationPoller, PollerOptions } from './applicationPoller';

const START = Date.parse('2026-02-27T10:30:00Z');
const BEAT = 10_000;

const metrics: EngineMetrics = {
  tickFinished: () => {},
  tickLate: () => {},
  loopProblem: () => {},
  degradationDetected: () => {},
  moved: () => {},
  effectFinished: () => {},
  invariantBroken: () => {},
};

describe('ApplicationPoller', () => {
  let db: Database;
  let argo: FakeArgo;
  let now: number;
  let catalog: CatalogSnapshot;
  const signal = new AbortController().signal;

  function createPoller(overrides: Partial<PollerOptions> = {}) {
    const { config } = readOperatorConfig(
      mockServices.rootConfig({
        data: {
          aiOperator: {
            environments: { staging: { mode: 'auto', branch: 'staging' } },
            sources: { catalog: true },
          },
        },
      }),
    );
    let ids = 0;
    return new ApplicationPoller({
      db,
      ports: {
        argocd: argo.argocd,
        kubernetes: argo.kubernetes,
        github: argo.github,
      },
      catalog: { snapshot: () => catalog, refresh: async () => {} },
      config,
      policy: toPolicy(config),
      clock: { now: () => now },
      newId: () => {
        ids += 1;
        return `id-${ids}`;
      },
      logger: mockServices.logger.mock(),
      metrics,
      holder: 'me',
      leaseMs: 25_000,
      listBudgetMs: 12_000,
      attention: { perTick: 200, concurrency: 8, budgetMs: 8_000 },
      onCommitted: () => {},
      onChanged: () => {},
      onAlerts: () => {},
      ...overrides,
    });
  }

  async function beats(poller: ApplicationPoller, count: number) {
    const results = [];
    for (let beat = 0; beat < count; beat += 1) {
      results.push(await poller.tick('staging', signal));
      now += BEAT;
    }
    return results;
  }

  async function record(name: string) {
    return getApplicationRecord(db, argo.key(name));
  }

  async function auditOf(actionType?: string) {
    const rows = await db.knex('audit').orderBy('seq').select('record');
    return rows
      .map(row => JSON.parse(row.record))
      .filter(row => !actionType || row.actionType === actionType);
  }

  beforeEach(async () => {
    now = START;
    argo = new FakeArgo(() => now);
    argo.set('payment-service');
    argo.set('cart-service');
    catalog = { generation: 0, selections: [], invalid: [], readAt: START };
    const knex = Knex({
      client: 'better-sqlite3',
      connection: ':memory:',
      useNullAsDefault: true,
    });
    db = createDatabase(knex);
    await knex.migrate.latest({ directory: migrationsDirectory() });
  });

  afterEach(async () => {
    await db.knex.destroy();
  });

  it('tells pages what has changed, and nothing while nothing changes', async () => {
    const onChanged = jest.fn();
    const poller = createPoller({ onChanged });
    await beats(poller, 3);
    const application = (name: string) => ({
      type: 'application',
      application: argo.key(name),
    });
    expect(onChanged.mock.calls).toEqual([
      [[application('payment-service'), application('cart-service')]],
    ]);
    argo.degrade('payment-service');
    await beats(poller, 1);
    expect(onChanged.mock.calls.slice(1)).toEqual([
      [
        [
          {
            type: 'rollback',
            correlationId: 'id-1',
            application: argo.key('payment-service'),
          },
          application('payment-service'),
        ],
      ],
    ]);
  });

  it('writes what it sees for the first time, and then nothing while nothing changes', async () => {
    const poller = createPoller();
    const results = await beats(poller, 3);
    expect(results).toEqual([
      expect.objectContaining({ result: 'committed', written: 2 }),
      expect.objectContaining({ result: 'committed', written: 0 }),
      expect.objectContaining({ result: 'committed', written: 0 }),
    ]);
    expect(argo.lists).toBe(3);
    expect(argo.details).toEqual([]);
    await expect(record('payment-service')).resolves.toMatchObject({
      environment: 'staging',
      source: {
        known: true,
        value: {
          repository: 'my-org/payment-service',
          branch: 'staging',
          manifestPath: '.argocd/application.yaml',
        },
      },
      lastCheck: { health: 'Healthy', at: START },
      healthySince: START,
    });
    expect(await listInstances(db)).toMatchObject([
      { name: 'staging', lastOkAt: START + 2 * BEAT },
    ]);
  });

  it('writes nothing after a restart either, when nothing has changed meanwhile', async () => {
    await beats(createPoller(), 1);
    await expect(beats(createPoller(), 1)).resolves.toMatchObject([
      { written: 0 },
    ]);
    await expect(record('payment-service')).resolves.toMatchObject({
      healthySince: START,
    });
  });

  it('writes a change of anything that matters, once', async () => {
    const poller = createPoller();
    await beats(poller, 1);
    argo.set('cart-service', { syncStatus: 'OutOfSync' });
    await expect(beats(poller, 2)).resolves.toMatchObject([
      { written: 1 },
      { written: 0 },
    ]);
  });

  it('reads a degraded application in full and opens a rollback with its first check', async () => {
    const poller = createPoller();
    await beats(poller, 1);
    argo.degrade('payment-service');
    const [result] = await beats(poller, 1);
    expect(result).toMatchObject({ opened: ['id-1'], written: 1 });
    expect(argo.details).toEqual(['payment-service']);
    await expect(
      getRollback(db, { correlationId: 'id-1' }),
    ).resolves.toMatchObject({
      environment: 'staging',
      openedAt: START + BEAT,
      currentRevision: 'a'.repeat(40),
      state: { name: 'DegradationDetected' },
    });
    await expect(record('payment-service')).resolves.toMatchObject({
      openRollback: 'id-1',
      streak: 1,
      findings: [{ rule: 'AC-04' }],
      lastCheck: { replicas: { value: { available: 1, desired: 3 } } },
    });
    const outbox = await db.knex('outbox').orderBy('id').select('effect');
    expect(outbox.map(({ effect }) => JSON.parse(effect).name)).toEqual([
      'degradation.detected',
      'fsm.state_transition',
    ]);
    await expect(auditOf()).resolves.toMatchObject([
      {
        actionType: 'MCP_CALL',
        correlationId: 'id-1',
        mcpCall: { name: 'argocd.getApplicationHealth' },
      },
      {
        actionType: 'FSM_TRANSITION',
        correlationId: 'id-1',
        fsmState: { before: 'Idle', after: 'DegradationDetected' },
      },
    ]);
  });

  it('counts on, opens no second rollback, and wakes the open one with every check', async () => {
    const poller = createPoller();
    await beats(poller, 1);
    argo.degrade('payment-service');
    await beats(poller, 1);
    await db.knex('rollbacks').update({ wake_at: now + 3_600_000 });
    const results = await beats(poller, 2);
    expect(results.map(result => 'opened' in result && result.opened)).toEqual([
      [],
      [],
    ]);
    await expect(record('payment-service')).resolves.toMatchObject({
      streak: 3,
      streakSince: START + BEAT,
    });
    await expect(db.knex('rollbacks').first('wake_at')).resolves.toEqual({
      wake_at: START + 3 * BEAT,
    });
    const checks = await listChecks(db, {
      key: argo.key('payment-service'),
      since: 0,
      limit: 10,
    });
    expect(checks.map(({ streak }) => streak).sort()).toEqual([0, 1, 2, 3]);
  });

  it('carries a streak over a restart', async () => {
    argo.degrade('payment-service');
    await beats(createPoller(), 2);
    await beats(createPoller(), 1);
    await expect(record('payment-service')).resolves.toMatchObject({
      streak: 3,
      streakSince: START,
    });
  });

  it('does not take two looks in quick succession for two checks, however slow the list was', async () => {
    const poller = createPoller();
    argo.degrade('payment-service');
    // The first list takes 9 s to come, so that the next is only 1 s later.
    argo.onList = () => {
      now += 9_000;
    };
    await poller.tick('staging', signal);
    argo.onList = undefined;
    now += 1_000;
    await poller.tick('staging', signal);
    await expect(record('payment-service')).resolves.toMatchObject({
      streak: 1,
      streakSince: START + 9_000,
    });
    now += BEAT;
    await poller.tick('staging', signal);
    await expect(record('payment-service')).resolves.toMatchObject({
      streak: 2,
    });
  });

  it('keeps streak and revision when the full read fails while a new revision waits for its sync', async () => {
    const poller = createPoller();
    argo.degrade('payment-service');
    await beats(poller, 2);
    // Out of sync, the list names the revision Argo CD would deploy, not the one that runs.
    argo.set('payment-service', {
      syncStatus: 'OutOfSync',
      revision: 'b'.repeat(40),
    });
    argo.detailError = new PortError('TIMEOUT', 'Argo CD did not answer');
    await beats(poller, 1);
    await expect(record('payment-service')).resolves.toMatchObject({
      streak: 3,
      revision: 'a'.repeat(40),
    });
  });

  it('opens nothing for an application whose last rollback was aborted', async () => {
    argo.degrade('payment-service');
    const poller = createPoller();
    await beats(poller, 1);
    await db.knex('rollbacks').update({ state: 'Abort' });
    argo.set('payment-service', { health: 'Healthy' });
    await beats(poller, 1);
    argo.degrade('payment-service');
    await expect(beats(poller, 1)).resolves.toMatchObject([{ opened: [] }]);
    const [alert] = await auditOf('ESCALATION');
    expect(alert.reasoning).toContain('no rollback begins');
  });

  it('goes by the list when the full read fails, without starting a streak on it', async () => {
    argo.degrade('payment-service');
    argo.detailError = new PortError('TIMEOUT', 'Argo CD did not answer');
    await expect(beats(createPoller(), 1)).resolves.toMatchObject([
      { result: 'committed', opened: [] },
    ]);
    await expect(record('payment-service')).resolves.toMatchObject({
      streak: 0,
      lastCheck: {
        health: 'Degraded',
        replicas: { known: false, because: 'Argo CD did not answer' },
      },
    });
  });

  it('does not let a fault about one application hide all others', async () => {
    const logger = mockServices.logger.mock();
    logger.child.mockImplementation(() => logger);
    const { kubernetes } = argo;
    const poller = createPoller({
      logger,
      ports: {
        argocd: argo.argocd,
        github: argo.github,
        kubernetes: {
          getDeployment: async (cluster, namespace, name, call) => {
            if (name === 'cart-service') {
              throw new TypeError('no token could be had');
            }
            return kubernetes.getDeployment(cluster, namespace, name, call);
          },
        },
      },
    });
    argo.degrade('payment-service');
    argo.degrade('cart-service');
    await expect(beats(poller, 1)).resolves.toMatchObject([
      { result: 'committed', opened: ['id-1'] },
    ]);
    await expect(record('cart-service')).resolves.toMatchObject({
      streak: 0,
      lastCheck: { health: 'Degraded', replicas: { known: false } },
    });
    expect(logger.error).toHaveBeenCalledTimes(1);
  });

  it('reads a bounded number in full per tick and gets to all of them', async () => {
    const names = Array.from({ length: 7 }, (_, index) => `svc-${index}`);
    names.forEach(name => argo.degrade(name));
    const poller = createPoller({
      attention: { perTick: 3, concurrency: 2, budgetMs: 8_000 },
    });
    await beats(poller, 1);
    expect(argo.details).toHaveLength(3);
    argo.details = [];
    await db.knex('rollbacks').delete();
    await beats(poller, 1);
    await db.knex('rollbacks').delete();
    await beats(poller, 1);
    const seen = new Set(argo.details);
    expect(seen.size).toBeGreaterThanOrEqual(4);
    expect(argo.details).toHaveLength(6);
  });

  describe('healthy polling', () => {
    it('is told once an hour, added up', async () => {
      const poller = createPoller();
      await beats(poller, 360);
      expect(await auditOf('MCP_CALL')).toEqual([]);
      await beats(poller, 362);
      const told = await auditOf('MCP_CALL');
      expect(told).toHaveLength(2);
      expect(told[0]).toMatchObject({
        level: 'INFO',
        reasoning: expect.stringMatching(
          /^argocd\.listApplications was called 361 times and nothing was new: \d+ ms on average, \d+ ms at most\.$/,
        ),
        mcpCall: {
          name: 'argocd.listApplications',
          parameters: { from: START, to: START + 360 * BEAT + 1 },
          result: 'success',
        },
        metadata: { instance: 'staging', calls: 361 },
      });
      expect(told[1].mcpCall.parameters.from).toBe(START + 361 * BEAT);
    });

    it('is told when the operator stops, as far as it was not', async () => {
      const poller = createPoller();
      await beats(poller, 3);
      await poller.release();
      expect(await auditOf('MCP_CALL')).toMatchObject([
        { metadata: { calls: 3 } },
      ]);
      await poller.release();
      expect(await auditOf('MCP_CALL')).toHaveLength(1);
    });

    it('tells of failures that were not told one by one', async () => {
      const poller = createPoller();
      argo.listError = new PortError('UNAVAILABLE', 'Argo CD answered 503');
      await beats(poller, 2);
      argo.listError = undefined;
      await beats(poller, 1);
      await poller.release();
      const told = await auditOf('MCP_CALL');
      expect(told[told.length - 1]).toMatchObject({
        level: 'WARN',
        reasoning: expect.stringMatching(/; 1 failed\.$/),
        mcpCall: { result: 'failure' },
        metadata: { calls: 2 },
      });
    });
  });

  describe('an instance that cannot be read', () => {
    const down = new PortError('UNAVAILABLE', 'Argo CD answered 503');

    it('is alerted once after three failures and then asked less often', async () => {
      const poller = createPoller();
      await beats(poller, 1);
      argo.listError = down;
      const results = await beats(poller, 10);
      expect(results.map(({ result }) => result)).toEqual([
        'failed',
        'failed',
        'failed',
        'backing_off',
        'failed',
        'backing_off',
        'backing_off',
        'backing_off',
        'failed',
        'backing_off',
      ]);
      const alerts = await auditOf('ESCALATION');
      expect(alerts).toHaveLength(1);
      expect(alerts[0]).toMatchObject({
        level: 'ERROR',
        reasoning: expect.stringContaining(
          'could not be read 3 times in a row: Argo CD answered 503',
        ),
      });
      expect(await listInstances(db)).toMatchObject([
        { problem: 'Argo CD answered 503', lastOkAt: START },
      ]);
      // The first failure and the alerted one; an outage is not a flood of records.
      expect(await auditOf('MCP_CALL')).toHaveLength(2);
    });

    it('is given up on while the lease is still ours', async () => {
      const poller = createPoller({ listBudgetMs: 20 });
      argo.onList = ({ signal: given }) =>
        new Promise((_resolve, reject) => {
          given?.addEventListener('abort', () =>
            reject(new PortError('TIMEOUT', 'no answer in time')),
          );
        });
      await expect(poller.tick('staging', signal)).resolves.toEqual({
        result: 'failed',
        because: 'no answer in time',
        consecutiveFailures: 1,
      });
    });

    it('never waits longer than five minutes, and says when it is back', async () => {
      const poller = createPoller();
      argo.listError = down;
      await beats(poller, 200);
      const before = argo.lists;
      argo.listError = undefined;
      await beats(poller, 31);
      expect(argo.lists).toBeGreaterThan(before);
      expect(await listInstances(db)).toMatchObject([
        { name: 'staging', consecutiveFailures: 0 },
      ]);
      const [back] = await auditOf('ERROR');
      expect(back.reasoning).toContain('answers again');
    });

    it('calls nobody healthy while nobody can look, and only until somebody can', async () => {
      const poller = createPoller();
      await beats(poller, 2);
      argo.listError = down;
      await beats(poller, 2);
      await expect(record('cart-service')).resolves.toMatchObject({
        lastCheck: { health: 'Healthy' },
      });
      await beats(poller, 1);
      await expect(record('cart-service')).resolves.toMatchObject({
        lastCheck: { health: 'NotMeasured', because: 'Argo CD answered 503' },
        streak: 0,
      });
      argo.listError = undefined;
      await beats(poller, 31);
      await expect(record('cart-service')).resolves.toMatchObject({
        lastCheck: { health: 'Healthy' },
      });
      expect(await auditOf('ESCALATION')).toHaveLength(1);
    });

    it('is not counted: a streak neither grows nor ends, and the gap is shown', async () => {
      const poller = createPoller();
      argo.degrade('payment-service');
      await beats(poller, 2);
      argo.listError = down;
      await beats(poller, 2);
      await expect(record('payment-service')).resolves.toMatchObject({
        streak: 2,
        lastCheck: {
          health: 'NotMeasured',
          because: 'Argo CD answered 503',
        },
      });
      argo.listError = undefined;
      await beats(poller, 1);
      await expect(record('payment-service')).resolves.toMatchObject({
        streak: 3,
      });
      await expect(record('cart-service')).resolves.toMatchObject({
        lastCheck: { health: 'Healthy' },
      });
    });
  });

  it('rejects, with the cause, when it is our own fault, and recovers by reading again', async () => {
    const poller = createPoller();
    await beats(poller, 1);
    argo.listError = new TypeError('bug');
    await expect(poller.tick('staging', signal)).rejects.toMatchObject({
      message: expect.stringContaining('staging'),
      cause: argo.listError,
    });
    argo.listError = undefined;
    now += BEAT;
    await expect(beats(poller, 1)).resolves.toMatchObject([
      { result: 'committed', written: 0 },
    ]);
  });

  describe('with another replica', () => {
    it('leaves the instance alone while the other one holds it', async () => {
      await claimInstance(db, {
        instance: 'staging',
        holder: 'other',
        leaseMs: 60_000,
      });
      await expect(createPoller().tick('staging', signal)).resolves.toEqual({
        result: 'held',
        by: 'other',
      });
      expect(argo.lists).toBe(0);
    });

    it('takes over when the lease has run out, and goes on from what the other one wrote', async () => {
      const mine = createPoller();
      await beats(mine, 1);
      await db.knex('instances').update({ lease_until: 0 });
      argo.degrade('payment-service');
      await beats(createPoller({ holder: 'other' }), 2);
      await db.knex('instances').update({ lease_until: 0 });
      await beats(mine, 1);
      await expect(record('payment-service')).resolves.toMatchObject({
        streak: 3,
        streakSince: START + BEAT,
      });
    });

    it('writes nothing when it was overtaken in the middle of its tick', async () => {
      const poller = createPoller();
      const overtaken = createPoller({
        ports: {
          ...argo,
          argocd: {
            ...argo.argocd,
            listApplications: async (instance, call) => {
              await db.knex('instances').update({ lease_until: 0 });
              const claim = await claimInstance(db, {
                instance,
                holder: 'other',
                leaseMs: 60_000,
              });
              expect(claim.result).toBe('claimed');
              return argo.argocd.listApplications(instance, call);
            },
          },
          kubernetes: argo.kubernetes,
          github: argo.github,
        },
      });
      await expect(overtaken.tick('staging', signal)).resolves.toEqual({
        result: 'lost',
      });
      await expect(record('payment-service')).resolves.toBeUndefined();
      await expect(poller.tick('staging', signal)).resolves.toMatchObject({
        result: 'held',
      });
    });

    it('gives its instances back on shutdown', async () => {
      const poller = createPoller();
      await beats(poller, 1);
      await poller.release();
      await expect(
        createPoller({ holder: 'other' }).tick('staging', signal),
      ).resolves.toMatchObject({ result: 'committed' });
    });
  });

  describe('what is watched', () => {
    it('leaves alone what nobody asked us to watch', async () => {
      argo.set('legacy', { labels: { environment: 'staging' } });
      argo.set('legacy', { health: 'Degraded' });
      await beats(createPoller(), 2);
      await expect(record('legacy')).resolves.toBeUndefined();
      expect(argo.details).toEqual([]);
    });

    it('watches what a catalog entity names, from its next reading on', async () => {
      argo.set('legacy', { labels: { environment: 'staging' } });
      const poller = createPoller();
      await beats(poller, 1);
      catalog = {
        generation: 1,
        readAt: START,
        invalid: [],
        selections: [
          { entityRef: 'component:default/legacy', by: { name: 'legacy' } },
        ],
      };
      await beats(poller, 1);
      await expect(record('legacy')).resolves.toMatchObject({
        environment: 'staging',
      });
    });

    it('keeps after a restart what only the catalog names, until the catalog has been read', async () => {
      argo.set('legacy', { labels: { environment: 'staging' } });
      catalog = {
        generation: 1,
        readAt: START,
        invalid: [],
        selections: [
          { entityRef: 'component:default/legacy', by: { name: 'legacy' } },
        ],
      };
      await beats(createPoller(), 1);
      catalog = { generation: 0, invalid: [], selections: [] };
      const restarted = createPoller();
      argo.degrade('legacy');
      await expect(beats(restarted, 1)).resolves.toMatchObject([
        { opened: ['id-1'] },
      ]);
      // It has answered, and names nobody.
      catalog = { ...catalog, readAt: now };
      argo.set('legacy', { health: 'Healthy' });
      await beats(restarted, 1);
      await expect(record('legacy')).resolves.toBeUndefined();
    });

    it('lets go at once of an application whose label was taken away', async () => {
      const poller = createPoller();
      await beats(poller, 1);
      argo.set('cart-service', { labels: { environment: 'staging' } });
      await beats(poller, 1);
      await expect(record('cart-service')).resolves.toBeUndefined();
      await expect(record('payment-service')).resolves.toBeDefined();
    });

    it('gives up an application only after three lists without it', async () => {
      const poller = createPoller();
      await beats(poller, 1);
      argo.applications.delete('cart-service');
      await beats(poller, 2);
      await expect(record('cart-service')).resolves.toBeDefined();
      await beats(poller, 1);
      await expect(record('cart-service')).resolves.toBeUndefined();
    });

    it('shows an application without an environment and opens nothing for it', async () => {
      argo.set('odd', { labels: { 'ai-operator.enabled': 'true' } });
      argo.degrade('odd');
      await expect(beats(createPoller(), 1)).resolves.toMatchObject([
        { opened: [] },
      ]);
      const odd = await record('odd');
      expect(odd?.environment).toBeUndefined();
      expect(odd?.lastCheck.health).toBe('Degraded');
    });
  });

  it('keeps a poller with old memory from opening a second rollback', async () => {
    const poller = createPoller();
    await beats(poller, 1);
    argo.degrade('payment-service');
    const slow = createPoller({
      ports: {
        argocd: argo.argocd,
        github: argo.github,
        kubernetes: {
          getDeployment: async (...args) => {
            // Somebody else opens one between our look and our commit.
            const other = await getRollback(db, { correlationId: 'other' });
            if (!other) {
              await db.knex('rollbacks').insert({
                correlation_id: 'other',
                ...argo.key('payment-service'),
                environment: 'staging',
                current_revision: 'a'.repeat(40),
                opened_at: now,
                version: 1,
                state: 'DegradationDetected',
                state_since: now,
                state_body: JSON.stringify({
                  name: 'DegradationDetected',
                  enteredAt: now,
                }),
                needs_human: false,
              });
            }
            return argo.kubernetes.getDeployment(...args);
          },
        },
      },
    });
    await expect(beats(slow, 1)).resolves.toMatchObject([
      { result: 'committed', opened: [] },
    ]);
    const audit = await listAudit(db, { correlationId: 'id-1', limit: 10 });
    expect(audit).toEqual([]);
    expect(await db.knex('rollbacks').select('correlation_id')).toEqual([
      { correlation_id: 'other' },
    ]);
    expect(await db.knex('outbox').select('id')).toEqual([]);
  });
});
