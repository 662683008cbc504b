import { setTimeout as sleep } from 'node:timers/promises';
import { describeOnDatabases } from '../__testUtils__/databases';
import { anAudit, T0 } from '../__testUtils__/fixtures';
import { Database } from '../database';
import { appendAuditRecords } from './appendAuditRecords';
import { claimAuditSink, ClaimedSink } from './claimAuditSink';
import { finishShipping, FinishShippingOptions } from './finishShipping';
import { observeAuditSinks } from './observeAuditSinks';
import { listAuditSinks } from './listAuditSinks';
import { listDueSetAside } from './listDueSetAside';
import { readUnshipped } from './readUnshipped';
import { registerAuditSinks } from './registerAuditSinks';
import { releaseAuditSink } from './releaseAuditSink';
import { shippedByAll } from './shippedByAll';

const NAME = 'Elasticsearch at https://logs.test';
const HOUR = 3_600_000;

async function withSink(open: () => Promise<Database>, records = 0) {
  const db = await open();
  await registerAuditSinks(db, {
    sinks: [{ name: NAME, kind: 'elasticsearch' }],
    now: 0,
  });
  await write(db, records);
  return db;
}

/** Writes so many records, one a second from T0. */
async function write(
  db: Database,
  count: number,
  record: Parameters<typeof anAudit>[0] = {},
) {
  await appendAuditRecords(db, {
    audit: Array.from({ length: count }, (_, n) =>
      anAudit({ timestamp: T0 + n * 1_000, ...record }),
    ),
  });
}

function claim(
  db: Database,
  options: Partial<Parameters<typeof claimAuditSink>[1]> = {},
) {
  return claimAuditSink(db, {
    name: NAME,
    now: T0,
    setAsideBefore: T0 - HOUR,
    holder: 'a',
    leaseMs: 60_000,
    ...options,
  });
}

async function claimed(
  db: Database,
  options: Parameters<typeof claim>[1] = {},
): Promise<ClaimedSink> {
  const sink = await claim(db, options);
  if (!sink) {
    throw new Error('There is something to ship, and nobody at work on it');
  }
  return sink;
}

function finish(
  db: Database,
  { ticket, shippedSeq }: ClaimedSink,
  options: Partial<FinishShippingOptions> = {},
) {
  return finishShipping(db, {
    name: NAME,
    ticket,
    now: T0,
    shippedSeq,
    setAside: [],
    resolved: [],
    triedAgain: [],
    audit: [],
    ...options,
  });
}

describeOnDatabases('a sink of the audit trail', open => {
  it('is claimed by exactly one of several, when there is something to ship', async () => {
    const db = await withSink(open);
    await expect(claim(db)).resolves.toBeUndefined();
    await write(db, 1);
    const claims = await Promise.all(
      ['a', 'b', 'c', 'd'].map(holder => claim(db, { holder })),
    );
    expect(claims.filter(Boolean)).toEqual([
      { name: NAME, shippedSeq: 0, failures: 0, ticket: 1 },
    ]);
  });

  it('is not claimed when it is not registered, and registered once', async () => {
    const db = await open();
    await write(db, 1);
    await expect(claim(db)).resolves.toBeUndefined();
    const sinks = [{ name: NAME, kind: 'file' }];
    await Promise.all([
      registerAuditSinks(db, { sinks, now: 0 }),
      registerAuditSinks(db, { sinks, now: 0 }),
    ]);
    await expect(listAuditSinks(db)).resolves.toHaveLength(1);
    await expect(claim(db)).resolves.toBeDefined();
  });

  it('goes on from its cursor when it was finished', async () => {
    const db = await withSink(open, 3);
    const first = await claimed(db);
    await expect(finish(db, first, { shippedSeq: 2 })).resolves.toBe(
      'finished',
    );
    const second = await claimed(db);
    expect(second.shippedSeq).toBe(2);
    await finish(db, second, { shippedSeq: 3 });
    await expect(claim(db)).resolves.toBeUndefined();
  });

  it('is fenced: who lost it writes nothing', async () => {
    const db = await withSink(open, 3);
    const dead = await claimed(db, { leaseMs: 20 });
    await expect(claim(db, { holder: 'b' })).resolves.toBeUndefined();
    await sleep(60);
    const next = await claimed(db, { holder: 'b' });
    await expect(
      finish(db, dead, {
        shippedSeq: 3,
        setAside: [{ seq: 1, because: 'no' }],
        audit: [anAudit()],
      }),
    ).resolves.toBe('lost');
    await expect(releaseAuditSink(db, dead)).resolves.toBe('lost');
    await expect(listAuditSinks(db)).resolves.toMatchObject([
      { shippedSeq: 0, setAside: 0, backlog: 3 },
    ]);
    await expect(finish(db, next)).resolves.toBe('finished');
  });

  it('is free at once when it was given back, as it was', async () => {
    const db = await withSink(open, 1);
    const first = await claimed(db);
    await finish(db, first, {
      failingSince: T0,
      problem: { because: 'refused', nextTryAt: T0 },
    });
    await releaseAuditSink(db, await claimed(db));
    await expect(claim(db, { holder: 'b' })).resolves.toMatchObject({
      failures: 1,
      failingSince: T0,
    });
  });

  it('is left alone until its next try, and counts tries that bring nothing', async () => {
    const db = await withSink(open, 2);
    await finish(db, await claimed(db), {
      failingSince: T0,
      toldAt: T0 + 1,
      problem: { because: 'connection refused\0', nextTryAt: T0 + 1_000 },
    });
    await expect(claim(db, { now: T0 + 999 })).resolves.toBeUndefined();
    const again = await claimed(db, { now: T0 + 1_000 });
    expect(again).toMatchObject({
      failures: 1,
      failingSince: T0,
      toldAt: T0 + 1,
    });
    await expect(listAuditSinks(db)).resolves.toMatchObject([
      { problem: 'connection refused', failingSince: T0, backlog: 2 },
    ]);
    await finish(db, again, {
      now: T0 + 5_000,
      failingSince: T0,
      toldAt: T0 + 1,
      problem: { because: 'still', nextTryAt: T0 + 1_000 },
    });
    const third = await claimed(db, { now: T0 + 1_000 });
    expect(third.failures).toBe(2);
    await finish(db, third, { now: T0 + 9_000, shippedSeq: 2 });
    await expect(listAuditSinks(db)).resolves.toEqual([
      {
        name: NAME,
        kind: 'elasticsearch',
        shippedSeq: 2,
        shippedAt: T0 + 9_000,
        backlog: 0,
        setAside: 0,
        setAsideLatest: [],
      },
    ]);
  });

  it('writes its records with the cursor, which are then to be shipped, too', async () => {
    const db = await withSink(open, 1);
    await finish(db, await claimed(db), { shippedSeq: 1, audit: [anAudit()] });
    await expect(listAuditSinks(db)).resolves.toMatchObject([{ backlog: 1 }]);
  });

  it('says since when the oldest record waits', async () => {
    const db = await withSink(open, 3);
    await expect(listAuditSinks(db, [NAME])).resolves.toMatchObject([
      { backlog: 3, waitingSince: T0, shippedSeq: 0 },
    ]);
    await finish(db, await claimed(db), { shippedSeq: 1 });
    await expect(listAuditSinks(db, [NAME])).resolves.toMatchObject([
      { backlog: 2, waitingSince: T0 + 1_000, shippedAt: T0 },
    ]);
    await expect(listAuditSinks(db, ['another'])).resolves.toEqual([]);
  });

  it('lets what was written before it wait since it was configured', async () => {
    const db = await withSink(open, 3);
    await registerAuditSinks(db, {
      sinks: [{ name: 'new', kind: 'file' }],
      now: T0 + 2_000,
    });
    await expect(listAuditSinks(db, ['new'])).resolves.toMatchObject([
      { backlog: 3, waitingSince: T0 + 2_000 },
    ]);
    await expect(observeAuditSinks(db)).resolves.toEqual(
      expect.arrayContaining([
        { name: 'new', waitingSince: T0 + 2_000 },
        { name: NAME, waitingSince: T0 },
      ]),
    );
  });
});

describeOnDatabases('records that wait to be shipped', open => {
  it('are read in order, after the cursor, so many at once', async () => {
    const db = await withSink(open, 5);
    const read = await readUnshipped(db, {
      after: 1,
      limit: 3,
      maxBytes: 1_000_000,
    });
    expect(read.map(({ seq }) => seq)).toEqual([2, 3, 4]);
    const [row] = await db.knex('audit').where({ seq: 2 });
    expect(read[0]).toEqual({
      seq: 2,
      at: T0 + 1_000,
      prevHash: row.prev_hash,
      hash: row.hash,
      text: row.record,
    });
    await expect(
      readUnshipped(db, { after: 5, limit: 3, maxBytes: 1_000_000 }),
    ).resolves.toEqual([]);
  });

  it('are read up to so many bytes, but one in any case', async () => {
    const db = await withSink(open);
    // Of two bytes each.
    await write(db, 3, { reasoning: 'ä'.repeat(1_000) });
    const read = async (maxBytes: number) => {
      const records = await readUnshipped(db, { after: 0, limit: 9, maxBytes });
      return records.length;
    };
    const [{ text }] = await readUnshipped(db, {
      after: 0,
      limit: 1,
      maxBytes: 1,
    });
    const bytes = Buffer.byteLength(text);
    expect(bytes).toBeGreaterThan(2_000);
    await expect(read(1)).resolves.toBe(1);
    await expect(read(2 * bytes - 1)).resolves.toBe(1);
    await expect(read(2 * bytes)).resolves.toBe(2);
    await expect(read(100 * bytes)).resolves.toBe(3);
  });

  it('go on behind the place where the trail was cut', async () => {
    const db = await withSink(open);
    await write(db, 3, { timestamp: Date.UTC(2020, 0, 1) });
    await write(db, 2);
    const [cut] = await db.knex('audit').where({ seq: 3 });
    await db.knex('audit_anchors').insert({
      seq: 3,
      hash: cut.hash,
      at: cut.at,
      made_at: T0,
    });
    await db.knex('audit').where('seq', '<=', 3).delete();
    const read = await readUnshipped(db, {
      after: 0,
      limit: 9,
      maxBytes: 1_000_000,
    });
    expect(read.map(({ seq }) => seq)).toEqual([4, 5]);
    await expect(listAuditSinks(db)).resolves.toMatchObject([
      { shippedSeq: 0, backlog: 2, waitingSince: T0 },
    ]);
  });
});

describeOnDatabases('records a sink refuses', open => {
  const refused = [1, 2, 3, 4, 5, 6].map(seq => ({
    seq,
    because: `mapping of ${seq}`,
  }));

  async function withRefused() {
    const db = await withSink(open, 7);
    await finish(db, await claimed(db), { shippedSeq: 7, setAside: refused });
    return db;
  }

  it('are set aside, counted, and the latest shown', async () => {
    const db = await withRefused();
    await expect(listAuditSinks(db)).resolves.toMatchObject([
      {
        backlog: 0,
        setAside: 6,
        setAsideLatest: [6, 5, 4, 3, 2].map(seq => ({
          seq,
          at: T0,
          because: `mapping of ${seq}`,
        })),
      },
    ]);
  });

  it('make the sink due sooner while it fails, once in a while', async () => {
    const db = await withRefused();
    const options = { setAsideBefore: T0, probeBefore: T0 + 1 };
    await expect(claim(db, options)).resolves.toBeUndefined();
    await write(db, 1);
    await finish(db, await claimed(db), {
      shippedSeq: 8,
      setAside: [{ seq: 8, because: 'mapping of 8' }],
      problem: { because: 'It refused everything' },
      failingSince: T0 - HOUR,
    });
    await expect(
      claim(db, { ...options, probeBefore: T0 }),
    ).resolves.toBeUndefined();
    await expect(claimed(db, options)).resolves.toMatchObject({
      failingSince: T0 - HOUR,
      problem: 'It refused everything',
    });
  });

  it('make the sink due when their last try is long ago, those first that wait longest', async () => {
    const db = await withRefused();
    await expect(claim(db, { setAsideBefore: T0 })).resolves.toBeUndefined();
    const again = await claimed(db, { setAsideBefore: T0 + 1 });
    const due = await listDueSetAside(db, {
      name: NAME,
      before: T0 + 1,
      limit: 4,
    });
    expect(due.records.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(due.gone).toEqual([]);
    expect(due.records[0].hash).toMatch(/^[0-9a-f]{64}$/);
    await finish(db, again, {
      now: T0 + HOUR,
      resolved: [1],
      setAside: [{ seq: 2, because: 'still not' }],
      triedAgain: [2, 3, 4],
    });
    const next = await listDueSetAside(db, {
      name: NAME,
      before: T0 + 1,
      limit: 4,
    });
    expect(next.records.map(({ seq }) => seq)).toEqual([5, 6]);
    const [state] = await listAuditSinks(db);
    expect(state.setAside).toBe(5);
    // When it was set aside first stays.
    expect(state.setAsideLatest[4]).toEqual({
      seq: 2,
      at: T0,
      because: 'still not',
    });
  });

  it('are named when they were removed after their retention', async () => {
    const db = await withSink(open);
    await write(db, 2, { timestamp: Date.UTC(2020, 0, 1) });
    await finish(db, await claimed(db), {
      shippedSeq: 2,
      setAside: refused.slice(0, 2),
    });
    const [cut] = await db.knex('audit').where({ seq: 1 });
    await db.knex('audit_anchors').insert({
      seq: 1,
      hash: cut.hash,
      at: cut.at,
      made_at: T0,
    });
    await db.knex('audit').where('seq', '<=', 1).delete();
    await expect(
      listDueSetAside(db, { name: NAME, before: T0 + 1, limit: 9 }),
    ).resolves.toMatchObject({ gone: [1], records: [{ seq: 2 }] });
  });
});

describeOnDatabases('what every sink has', open => {
  it('is up to the cursor that is furthest behind', async () => {
    const db = await withSink(open, 5);
    await registerAuditSinks(db, {
      sinks: [{ name: 'file', kind: 'file' }],
      now: 0,
    });
    await finish(db, await claimed(db), { shippedSeq: 4 });
    const names = (...list: string[]) => shippedByAll(db, { names: list });
    await expect(names()).resolves.toBeUndefined();
    await expect(names(NAME)).resolves.toBe(4);
    await expect(names(NAME, 'file')).resolves.toBe(0);
    await expect(names(NAME, 'never seen')).resolves.toBe(0);
  });

  it('ends before what one of them refuses', async () => {
    const db = await withSink(open, 5);
    await finish(db, await claimed(db), {
      shippedSeq: 5,
      setAside: [{ seq: 3, because: 'mapping' }],
    });
    await expect(shippedByAll(db, { names: [NAME] })).resolves.toBe(2);
  });
});
