import { mockServices } from '@backstage/backend-test-utils';
import { anAudit, T0 } from '../persistence/__testUtils__/fixtures';
import {
  appendAuditRecords,
  ClaimedSink,
  Database,
  listAuditSinks,
} from '../persistence';
import { PortError } from '../ports';
import { FakeAuditSink } from '../ports/fakes';
import { openMemory } from './__testUtils__/escalated';
import { UntoldAlert } from './alertTeller';
import { AuditShipper, ShipperOptions } from './auditShipper';
import { ClaimLoop } from './claimLoop';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DOWN = new PortError('UNAVAILABLE', 'connect ECONNREFUSED');

describe('AuditShipper', () => {
  let db: Database;
  let now: number;
  let sink: FakeAuditSink;
  let alerts: UntoldAlert[];
  let nudges: Array<number | undefined>;
  let logger: ReturnType<typeof mockServices.logger.mock>;

  function createShipper(overrides: Partial<ShipperOptions> = {}) {
    return new AuditShipper({
      db,
      sinks: [sink],
      policy: { requiredInProduction: true, stopAfter: 60 * SECOND },
      clock: { now: () => now },
      logger,
      holder: 'a',
      leaseMs: 30_000,
      timeoutMs: 1_000,
      link: 'https://portal/ai-operator',
      onAlerts: given => alerts.push(...given),
      onMore: inMs => nudges.push(inMs),
      ...overrides,
    });
  }

  async function write(count: number): Promise<void> {
    await appendAuditRecords(db, {
      audit: Array.from({ length: count }, () => anAudit({ timestamp: now })),
    });
  }

  /** Everything that is due now; how many batches that were. */
  async function settle(shipper: AuditShipper): Promise<number> {
    const problems: unknown[] = [];
    const loop = new ClaimLoop<ClaimedSink>({
      name: 'audit',
      concurrency: 2,
      idleMs: 1_000,
      claim: limit => shipper.claim(limit),
      work: (claimed, signal) => shipper.ship(claimed, signal),
      onProblem: ({ error }) => problems.push(error),
    });
    const worked = await loop.runUntilIdle();
    expect(problems).toEqual([]);
    return worked;
  }

  async function state() {
    const [found] = await listAuditSinks(db, [sink.name]);
    return found;
  }

  /** Records about shipping itself. */
  async function told() {
    const rows = await db.knex('audit').orderBy('seq');
    return rows
      .map(row => JSON.parse(row.record))
      .filter(record => record.metadata.sink !== undefined);
  }

  beforeEach(async () => {
    db = await openMemory();
    now = T0;
    sink = new FakeAuditSink({ now: () => now });
    alerts = [];
    nudges = [];
    logger = mockServices.logger.mock();
  });

  afterEach(async () => {
    await db.knex.destroy();
  });

  it('ships what is there in order and in batches, and prepares once', async () => {
    await write(1_201);
    const shipper = createShipper();
    await expect(settle(shipper)).resolves.toBe(3);
    expect(sink.batches.map(batch => batch.length)).toEqual([500, 500, 201]);
    expect(sink.seqs).toEqual(Array.from({ length: 1_201 }, (_, n) => n + 1));
    await write(1);
    await settle(shipper);
    expect(sink.prepared).toBe(1);
    expect(await state()).toMatchObject({ shippedSeq: 1_202, backlog: 0 });
    // Nothing is written down of what goes well: that would have to be shipped, too.
    expect(await told()).toEqual([]);
    expect(logger.info).not.toHaveBeenCalled();
    await expect(settle(shipper)).resolves.toBe(0);
  });

  it('does nothing without a sink', async () => {
    await write(1);
    await expect(settle(createShipper({ sinks: [] }))).resolves.toBe(0);
    await expect(listAuditSinks(db)).resolves.toEqual([]);
  });

  it('ships to each sink by itself', async () => {
    const other = new FakeAuditSink({ name: 'another' });
    sink.mishaps.failAlways('bulk', DOWN);
    await write(3);
    await settle(createShipper({ sinks: [sink, other] }));
    expect(other.seqs).toHaveLength(4);
    expect(sink.seqs).toEqual([]);
  });

  it('tells once when it begins to fail and once when it works again, and drops nothing', async () => {
    const shipper = createShipper();
    await write(2);
    sink.mishaps.failAlways('bulk', DOWN);
    const waits: number[] = [];
    for (let tries = 0; tries < 9; tries += 1) {
      await expect(settle(shipper)).resolves.toBe(1);
      const wait = nudges[nudges.length - 1] ?? 0;
      waits.push(wait / SECOND);
      now += wait - 1;
      await expect(settle(shipper)).resolves.toBe(0);
      now += 1;
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    expect(await state()).toMatchObject({
      problem: 'connect ECONNREFUSED',
      failingSince: T0,
      waitingSince: T0,
      // The two, and the record of the first failure.
      backlog: 3,
    });
    sink.mishaps.failAlways('bulk', undefined);
    await settle(shipper);
    expect(sink.seqs).toEqual([1, 2, 3, 4]);
    expect(await state()).toMatchObject({
      backlog: 0,
      problem: undefined,
      failingSince: undefined,
    });
    expect(await told()).toMatchObject([
      {
        level: 'WARN',
        actionType: 'MCP_CALL',
        reasoning: expect.stringContaining('connect ECONNREFUSED'),
        mcpCall: { name: 'elasticsearch.bulk', result: 'failure' },
      },
      {
        level: 'INFO',
        actionType: 'MCP_CALL',
        reasoning: expect.stringContaining('since 10:30:00 UTC'),
        mcpCall: { name: 'elasticsearch.bulk', result: 'success' },
      },
    ]);
    expect(logger.warn).toHaveBeenCalledTimes(1);
    expect(logger.info).toHaveBeenCalledTimes(1);
  });

  it('tells people when it has failed for as long as merges wait, once, and when it is over', async () => {
    const shipper = createShipper();
    await write(1);
    sink.mishaps.failAlways('bulk', DOWN);
    await settle(shipper);
    now += 59 * SECOND;
    await settle(shipper);
    expect(alerts).toEqual([]);
    for (let tries = 0; tries < 3; tries += 1) {
      now += 60 * SECOND;
      await settle(shipper);
    }
    expect(alerts).toEqual([
      {
        scope: `audit-sink:${sink.name}`,
        urgent: true,
        link: 'https://portal/ai-operator',
        title: 'AI Operator: the audit trail cannot be shipped',
        description: expect.stringContaining(
          'takes no records since 10:30:00 UTC: connect ECONNREFUSED. They wait in the database, and none is lost. Until they are shipped nothing is merged in production',
        ),
      },
    ]);
    sink.mishaps.failAlways('bulk', undefined);
    now += 60 * SECOND;
    await settle(shipper);
    expect(alerts[1]).toMatchObject({
      scope: alerts[0].scope,
      title: 'AI Operator: the audit trail is shipped again',
    });
    expect(alerts).toHaveLength(2);
  });

  it('tells nobody of a short failure', async () => {
    const shipper = createShipper();
    await write(1);
    sink.mishaps.failNext('bulk', DOWN);
    await settle(shipper);
    now += SECOND;
    await settle(shipper);
    expect(sink.seqs).toHaveLength(3);
    expect(alerts).toEqual([]);
  });

  it.each([
    ['what the sink asks for', 20 * SECOND, 20 * SECOND],
    ['no less than a second', 1, SECOND],
    ['no longer than five minutes', HOUR, 300 * SECOND],
  ])('waits for %s', async (_name, asked, waited) => {
    await write(1);
    sink.mishaps.failNext(
      'bulk',
      new PortError('RATE_LIMITED', '429', { retryAt: T0 + asked }),
    );
    await settle(createShipper());
    expect(nudges).toEqual([waited]);
  });

  it('prepares again after a failure: the sink may have lost its template', async () => {
    const shipper = createShipper();
    await write(1);
    await settle(shipper);
    sink.prepared = 0;
    await write(1);
    await settle(shipper);
    expect((await state()).problem).toBe('There is no index template');
    now += SECOND;
    await settle(shipper);
    expect(sink.prepared).toBe(1);
    expect(sink.seqs).toEqual([1, 2, 3, 4]);
  });

  it('says that it fails when it cannot be prepared', async () => {
    sink.mishaps.failNext('prepare', DOWN);
    await write(1);
    await settle(createShipper());
    expect(await told()).toMatchObject([
      { mcpCall: { name: 'elasticsearch.prepare' } },
    ]);
    expect(await state()).toMatchObject({ failingSince: T0 });
  });

  it('goes on before the first record that has to be tried again', async () => {
    const shipper = createShipper();
    await write(5);
    sink.overloaded.set(3, '429');
    await settle(shipper);
    expect(await state()).toMatchObject({
      shippedSeq: 2,
      backlog: 3,
      problem: '429',
      // It takes records, though not all at once.
      failingSince: undefined,
    });
    expect(nudges).toEqual([SECOND]);
    sink.overloaded.clear();
    now += SECOND;
    await settle(shipper);
    expect(sink.seqs).toEqual([1, 2, 3, 4, 5]);
    expect(sink.batches[1]).toEqual([3, 4, 5]);
    expect(await told()).toEqual([]);
    expect(logger.warn).not.toHaveBeenCalled();
  });

  it('counts it as failing when not even the first record is taken', async () => {
    const shipper = createShipper();
    await write(2);
    sink.overloaded.set(1, '429');
    await settle(shipper);
    expect(await state()).toMatchObject({ shippedSeq: 0, failingSince: T0 });
    // The second came through, and is there once.
    expect(sink.seqs).toEqual([2]);
    sink.overloaded.clear();
    now += SECOND;
    await settle(shipper);
    expect(sink.seqs).toEqual([1, 2, 3, 4]);
  });

  it('sets aside what is refused, tells of it, and tries it again every hour', async () => {
    const shipper = createShipper();
    await write(3);
    sink.refusing.set(2, 'mapper_parsing_exception');
    await settle(shipper);
    expect(await state()).toMatchObject({
      // With the record of the refusal.
      shippedSeq: 4,
      backlog: 0,
      setAside: 1,
      setAsideLatest: [{ seq: 2, at: T0, because: 'mapper_parsing_exception' }],
    });
    expect(alerts).toMatchObject([
      {
        title: 'AI Operator: the audit trail is not shipped as a whole',
        description: expect.stringContaining(
          'entry 2 of the audit trail: mapper_parsing_exception',
        ),
      },
    ]);
    expect(await told()).toMatchObject([
      { actionType: 'ERROR', level: 'WARN' },
    ]);
    now += HOUR;
    await expect(settle(shipper)).resolves.toBe(0);
    now += 1;
    await expect(settle(shipper)).resolves.toBe(1);
    expect(await state()).toMatchObject({ setAside: 1 });
    sink.refusing.clear();
    now += HOUR + 1;
    await settle(shipper);
    expect(await state()).toMatchObject({ setAside: 0, setAsideLatest: [] });
    expect(sink.seqs).toEqual([1, 2, 3, 4]);
    expect(alerts).toHaveLength(1);
  });

  it('does not feed itself when everything is refused', async () => {
    const shipper = createShipper();
    for (let seq = 1; seq < 100; seq += 1) {
      sink.refusing.set(seq, 'strict_dynamic_mapping_exception');
    }
    for (let round = 0; round < 10; round += 1) {
      await write(1);
      await settle(shipper);
      now += SECOND;
    }
    // That it refuses a record, and that it takes none at all.
    expect(await told()).toHaveLength(2);
    expect(alerts).toHaveLength(1);
    expect(await state()).toMatchObject({ setAside: 12, backlog: 0 });
  });

  it('fails while everything is refused, tries some of it every minute, and is well with the first that is stored', async () => {
    const shipper = createShipper();
    for (let seq = 1; seq < 100; seq += 1) {
      sink.refusing.set(seq, 'illegal_argument_exception');
    }
    await write(60);
    await settle(shipper);
    expect(await state()).toMatchObject({
      backlog: 0,
      setAside: 62,
      failingSince: T0,
      problem: expect.stringContaining('illegal_argument_exception'),
    });
    now += 60 * SECOND;
    await expect(settle(shipper)).resolves.toBe(0);
    now += 1;
    await expect(settle(shipper)).resolves.toBe(1);
    expect(sink.batches.at(-1)).toHaveLength(50);
    expect(await state()).toMatchObject({
      failingSince: T0,
      problem: expect.stringContaining('illegal_argument_exception'),
    });
    expect(alerts.map(({ title }) => title)).toEqual([
      'AI Operator: the audit trail is not shipped as a whole',
      'AI Operator: the audit trail cannot be shipped',
    ]);
    sink.refusing.clear();
    now += 60 * SECOND + 1;
    await settle(shipper);
    expect(await state()).toMatchObject({
      backlog: 0,
      failingSince: undefined,
      problem: undefined,
    });
    expect(alerts.at(-1)).toMatchObject({
      title: 'AI Operator: the audit trail is shipped again',
    });
    now += HOUR + 1;
    await settle(shipper);
    expect(await state()).toMatchObject({ setAside: 0 });
  });

  it('is not held up by one poisonous record, even when it comes alone', async () => {
    const shipper = createShipper();
    await write(1);
    sink.refusing.set(1, 'mapper_parsing_exception');
    await settle(shipper);
    // What it was told of that was stored, so that it is well again.
    expect(sink.seqs).toEqual([2, 3, 4]);
    expect(await state()).toMatchObject({
      backlog: 0,
      setAside: 1,
      failingSince: undefined,
    });
  });

  it('does not take a refused record for one that got through', async () => {
    const shipper = createShipper();
    await write(3);
    sink.refusing.set(1, 'no');
    sink.overloaded.set(2, '429');
    await settle(shipper);
    expect(await state()).toMatchObject({
      shippedSeq: 1,
      failingSince: T0,
      problem: '429',
    });
  });

  it('waits on when what was set aside cannot be tried', async () => {
    const shipper = createShipper();
    await write(1);
    sink.refusing.set(1, 'no');
    await settle(shipper);
    now += HOUR + 1;
    sink.mishaps.failNext('bulk', DOWN);
    await expect(settle(shipper)).resolves.toBe(1);
    expect(await state()).toMatchObject({
      setAside: 1,
      failingSince: undefined,
      problem: undefined,
    });
  });

  it('sends less at once when that may help, and more again when it works', async () => {
    const shipper = createShipper();
    await write(600);
    const tooLarge = new PortError('VALIDATION', '413');
    sink.mishaps.failNext('bulk', tooLarge);
    sink.mishaps.failNext('bulk', tooLarge);
    await settle(shipper);
    now += SECOND;
    await settle(shipper);
    now += 2 * SECOND;
    await settle(shipper);
    expect(sink.batches.map(batch => batch.length)).toEqual([125, 250, 227]);
  });

  it('gives the sink back when it is stopped meanwhile, and counts no failure', async () => {
    const shipper = createShipper();
    await write(1);
    const [claimed] = await shipper.claim(1);
    await shipper.ship(claimed, AbortSignal.abort());
    expect(await state()).toMatchObject({ failingSince: undefined });
    await expect(createShipper({ holder: 'b' }).claim(1)).resolves.toHaveLength(
      1,
    );
  });

  it('notes nothing when somebody else has taken over, who ships the same again', async () => {
    const slow = createShipper({ leaseMs: -1 });
    await write(3);
    const [claimed] = await slow.claim(1);
    await settle(createShipper({ holder: 'b' }));
    await slow.ship(claimed, new AbortController().signal);
    expect(sink.batches).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect(sink.seqs).toEqual([1, 2, 3]);
    expect(nudges).toHaveLength(1);
  });

  it('goes on after a fault of our own, which is in the log once', async () => {
    const shipper = createShipper();
    await write(1);
    const fault = new TypeError('undefined is not a function');
    jest
      .spyOn(sink, 'ship')
      .mockRejectedValueOnce(fault)
      .mockRejectedValueOnce(fault);
    await settle(shipper);
    now += SECOND;
    await settle(shipper);
    expect(logger.error).toHaveBeenCalledTimes(1);
    expect((await state()).problem).toContain('its log has the details');
    now += 2 * SECOND;
    await settle(shipper);
    expect(sink.seqs).toHaveLength(3);
  });
});
