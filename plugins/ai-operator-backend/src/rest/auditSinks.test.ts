import { TestDatabases } from '@backstage/backend-test-utils';
import { auditStatusSchema } from '@ai-operator/backstage-plugin-ai-operator-common';
import {
  appendAuditRecords,
  claimAuditSink,
  finishShipping,
  registerAuditSinks,
} from '../persistence';
import { anAudit } from '../persistence/__testUtils__/fixtures';
import { POLICY, Server, startServer, T0 } from './__testUtils__/server';

const databases = TestDatabases.create({
  ids: ['SQLITE_3'],
  disableDocker: true,
});

const SINK = {
  kind: 'elasticsearch' as const,
  name: 'Elasticsearch at https://logs.test',
};
const SECOND = 1_000;

type Finish = Partial<Parameters<typeof finishShipping>[1]>;

/** A server whose trail of three records is shipped there. */
async function start(options: { needsTrail?: boolean } = {}): Promise<Server> {
  const server = await startServer(databases, {
    deps: {
      policy: {
        ...POLICY,
        auditTrail: {
          requiredInProduction: options.needsTrail ?? true,
          stopAfter: 60 * SECOND,
        },
      },
      configured: {
        argocd: [],
        prometheus: true,
        auditSinks: [SINK],
        problems: [],
      },
    },
  });
  await appendAuditRecords(server.db, {
    audit: [anAudit(), anAudit(), anAudit()],
  });
  return server;
}

async function ship({ db }: Server, options: Finish): Promise<void> {
  await registerAuditSinks(db, { sinks: [SINK], now: 0 });
  const claimed = await claimAuditSink(db, {
    name: SINK.name,
    now: T0,
    setAsideBefore: T0,
    holder: 'a',
    leaseMs: 60_000,
  });
  await finishShipping(db, {
    name: SINK.name,
    ticket: claimed?.ticket ?? 0,
    now: T0,
    shippedSeq: 0,
    setAside: [],
    resolved: [],
    triedAgain: [],
    audit: [],
    ...options,
  });
}

async function look({ get }: Server) {
  const status = auditStatusSchema.parse(
    (await get('/v1/audit/status').expect(200)).body,
  );
  const { body } = await get('/v1/overview').expect(200);
  return {
    sink: status.sinks[0],
    stopped: status.productionMergesStopped,
    system: body.systems.find(
      ({ kind }: { kind: string }) => kind === 'elasticsearch',
    ),
  };
}

const DOWN: Finish = {
  failingSince: T0,
  problem: { because: 'connection refused', nextTryAt: T0 + SECOND },
};

describe('where the audit trail is shipped to', () => {
  it('is nowhere unless configured', async () => {
    const { get } = await startServer(databases);
    const { body } = await get('/v1/audit/status').expect(200);
    expect(body.sinks).toEqual([]);
    expect(body).not.toHaveProperty('productionMergesStopped');
  });

  it('waits until something was shipped', async () => {
    expect(await look(await start())).toMatchObject({
      sink: { ...SINK, status: 'waiting', shippedSeq: 0 },
      stopped: undefined,
      system: { status: 'failing' },
    });
  });

  it('has the whole trail', async () => {
    const server = await start();
    await ship(server, { shippedSeq: 3 });
    server.time.now += 3_600 * SECOND;
    expect(await look(server)).toMatchObject({
      sink: {
        status: 'ok',
        because: 'It has the whole trail.',
        backlog: 0,
        shippedSeq: 3,
        shippedAt: T0,
      },
      stopped: undefined,
      system: { ...SINK, status: 'ok', checkedAt: T0 },
    });
  });

  it('tells what it refuses', async () => {
    const server = await start();
    await ship(server, {
      shippedSeq: 3,
      setAside: [{ seq: 2, because: 'mapping' }],
    });
    expect((await look(server)).sink).toMatchObject({
      status: 'ok',
      because:
        'It has the whole trail, but for 1 it refuses; they stay in the database and are tried again every hour.',
      setAside: 1,
      setAsideLatest: [{ seq: 2, at: T0, because: 'mapping' }],
    });
  });

  it('takes nothing: production waits after a minute, and it is said everywhere', async () => {
    const server = await start();
    await ship(server, DOWN);
    server.time.now += 59 * SECOND;
    const soon = await look(server);
    expect(soon.stopped).toBeUndefined();
    expect(soon.sink).toMatchObject({
      status: 'waiting',
      because:
        'It takes no records since 10:30:00 UTC: connection refused. 3 records wait in the database, and none is lost.',
      waitingSince: T0,
    });
    server.time.now += SECOND;
    const later = await look(server);
    expect(later.stopped).toBe(
      'Records of the audit trail wait since 10:30:00 UTC to be shipped to Elasticsearch at https://logs.test (connection refused): nothing is merged in production before they are there',
    );
    expect(later.system).toMatchObject({
      status: 'failing',
      because: expect.stringContaining(
        'Until they are shipped nothing is merged in production.',
      ),
    });
  });

  it('keeps nobody from merging where the configuration says so', async () => {
    const server = await start({ needsTrail: false });
    await ship(server, DOWN);
    server.time.now += 120 * SECOND;
    const { stopped, system } = await look(server);
    expect(stopped).toBeUndefined();
    expect(system.because).not.toContain('production');
  });

  it.each<[string, number, string, string]>([
    ['is catching up', 119, 'ok', 'It is catching up: 2 records wait'],
    ['is shipped by nobody', 120, 'waiting', 'nobody ships them'],
  ])('%s', async (_name, seconds, status, because) => {
    const server = await start();
    await ship(server, { now: T0 + 60 * SECOND, shippedSeq: 1 });
    server.time.now += seconds * SECOND;
    expect((await look(server)).sink).toMatchObject({
      status,
      because: expect.stringContaining(because),
    });
  });
});
