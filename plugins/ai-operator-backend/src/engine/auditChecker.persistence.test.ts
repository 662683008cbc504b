import { mockServices } from '@backstage/backend-test-utils';
import {
  appendAuditRecords,
  claimAuditCheck,
  continueAuditCheck,
  Database,
  deleteExpiredAudit,
  finishAuditCheck,
  getAuditCheck,
  getAuditHead,
  listAudit,
  releaseAuditCheck,
} from '../persistence';
import { describeOnDatabases } from '../persistence/__testUtils__/databases';
import { anAudit, T0 } from '../persistence/__testUtils__/fixtures';
import { tamper } from '../persistence/__testUtils__/tampering';
import { UntoldAlert } from './alertTeller';
import { AuditChecker } from './auditChecker';

const HOUR = 3_600_000;
const LEASE_MS = 30_000;

function write(db: Database, count: number, timestamp = T0) {
  return appendAuditRecords(db, {
    audit: Array.from({ length: count }, (_, index) =>
      anAudit({ timestamp: timestamp + index }),
    ),
  });
}

function remove(db: Database, ...seqs: number[]) {
  return tamper(db, () => db.knex('audit').whereIn('seq', seqs).delete());
}

describeOnDatabases("the operator's own look at the chain", open => {
  async function start() {
    const db = await open();
    const clock = { time: T0, now: () => clock.time };
    const logger = mockServices.logger.mock();
    const alerts: UntoldAlert[] = [];
    const replica = (holder: string) =>
      new AuditChecker({
        db,
        clock,
        logger,
        holder,
        intervalMs: HOUR,
        link: 'https://portal/ai-operator',
        onAlerts: told => alerts.push(...told),
        onProblem: error => {
          throw error;
        },
      });
    return { db, clock, logger, alerts, replica };
  }

  it('is made when it is due, and says nothing about a chain that is whole', async () => {
    const { db, clock, logger, alerts, replica } = await start();
    await write(db, 3);
    await expect(getAuditCheck(db)).resolves.toMatchObject({
      result: 'unknown',
    });
    await replica('a').check();
    await expect(getAuditCheck(db)).resolves.toEqual({
      result: 'intact',
      because:
        '3 entries from 1 to 3 recomputed: each is what was written, and none is missing or added.',
      checkedAt: T0,
      problems: [],
    });
    clock.time += HOUR - 1;
    await replica('b').check();
    await expect(getAuditCheck(db)).resolves.toMatchObject({ checkedAt: T0 });
    clock.time += 1;
    await replica('b').check();
    await expect(getAuditCheck(db)).resolves.toMatchObject({
      checkedAt: T0 + HOUR,
    });
    expect(alerts).toEqual([]);
    expect(logger.error).not.toHaveBeenCalled();
    await expect(getAuditHead(db)).resolves.toMatchObject({ seq: 3 });
  });

  it('tells a broken chain once: in the log, in the trail and to people', async () => {
    const { db, clock, logger, alerts, replica } = await start();
    await write(db, 5);
    await remove(db, 3);
    for (let hour = 0; hour < 3; hour += 1) {
      await replica(`replica ${hour}`).check();
      clock.time += HOUR;
    }
    await expect(getAuditCheck(db)).resolves.toMatchObject({
      result: 'broken',
      problems: [{ kind: 'missing', seq: 3 }],
    });
    expect(logger.error).toHaveBeenCalledTimes(1);
    expect(logger.error).toHaveBeenCalledWith(
      expect.stringContaining('Entry 3 is not there'),
    );
    expect(alerts).toEqual([
      expect.objectContaining({ scope: 'audit-chain', urgent: true }),
    ]);
    const row = await db.knex('audit').orderBy('seq', 'desc').first();
    expect(JSON.parse(row.record)).toMatchObject({
      actionType: 'ERROR',
      level: 'ERROR',
      metadata: { auditChain: [{ kind: 'missing', seq: 3 }] },
    });

    // Something else is news again.
    await remove(db, 4);
    await replica('a').check();
    expect(alerts).toHaveLength(2);
  });

  it('knows an end that was cut off, head and all', async () => {
    const { db, clock, alerts, replica } = await start();
    await write(db, 5);
    await replica('a').check();
    await tamper(db, async () => {
      await db.knex('audit').where('seq', '>', 3).delete();
      const last = await db.knex('audit').where({ seq: 3 }).first();
      await db.knex('audit_head').update({ seq: 3, hash: last.hash });
    });
    clock.time += HOUR;
    await replica('a').check();
    await expect(getAuditCheck(db)).resolves.toMatchObject({
      result: 'broken',
      problems: [
        {
          kind: 'missing',
          seq: 4,
          toSeq: 5,
          because:
            'The trail ends with entry 3, but an earlier look at it saw entry 5.',
        },
      ],
    });
    expect(alerts).toHaveLength(1);
    // New entries take the numbers, but not the place.
    await write(db, 4);
    clock.time += HOUR;
    await replica('a').check();
    await expect(getAuditCheck(db)).resolves.toMatchObject({
      result: 'broken',
      problems: [{ kind: 'changed', seq: 5 }],
    });
  });

  it('is made by one of two replicas, and gone on with by the other', async () => {
    const { db } = await start();
    await write(db, 10);
    const claim = (holder: string) =>
      claimAuditCheck(db, { now: T0, holder, leaseMs: LEASE_MS });
    const next = (ticket: number) =>
      continueAuditCheck(db, { ticket, now: T0, leaseMs: LEASE_MS, limit: 4 });
    const claims = await Promise.all([claim('a'), claim('b'), claim('c')]);
    const [first] = claims.filter(ticket => ticket !== undefined);
    expect(claims.filter(ticket => ticket === undefined)).toHaveLength(2);
    await expect(next(first)).resolves.toEqual({ result: 'unfinished' });
    await releaseAuditCheck(db, { ticket: first });
    const second = (await claim('b')) as number;
    await expect(next(first)).resolves.toEqual({ result: 'lost' });
    await expect(releaseAuditCheck(db, { ticket: first })).resolves.toBe(
      'lost',
    );
    // Entries written meanwhile belong to it.
    await write(db, 1);
    await expect(next(second)).resolves.toEqual({ result: 'unfinished' });
    const end = await next(second);
    expect(end).toMatchObject({
      result: 'read',
      check: {
        chain: {
          result: 'intact',
          because: expect.stringContaining('11 entries from 1 to 11'),
        },
        known: await getAuditHead(db),
      },
    });
    if (end.result !== 'read') {
      throw new Error('It was not read to the end');
    }
    const finish = (ticket: number) =>
      finishAuditCheck(db, { ticket, check: end.check, dueAt: T0, audit: [] });
    await expect(finish(first)).resolves.toBe('lost');
    await expect(finish(second)).resolves.toBe('finished');
  });

  it('begins anew at the anchor when what it reads is removed meanwhile', async () => {
    const { db } = await start();
    await write(db, 10, Date.UTC(2020, 0, 1));
    const ticket = (await claimAuditCheck(db, {
      now: T0,
      holder: 'a',
      leaseMs: LEASE_MS,
    })) as number;
    const next = () =>
      continueAuditCheck(db, { ticket, now: T0, leaseMs: LEASE_MS, limit: 3 });
    await next();
    await deleteExpiredAudit(db, { before: T0, limit: 5, now: T0 });
    await expect(next()).resolves.toEqual({ result: 'unfinished' });
    await expect(next()).resolves.toMatchObject({
      check: {
        chain: {
          result: 'intact',
          because: expect.stringContaining('5 entries from 6 to 10'),
        },
      },
    });
  });

  it('ends its step and leaves the rest when the process stops', async () => {
    const { db, replica } = await start();
    await write(db, 3);
    await replica('a').check(AbortSignal.abort());
    await expect(getAuditCheck(db)).resolves.toMatchObject({
      result: 'unknown',
    });
    await replica('b').check();
    await expect(getAuditCheck(db)).resolves.toMatchObject({
      result: 'intact',
    });
    await expect(
      listAudit(db, { correlationId: 'none', limit: 1 }),
    ).resolves.toEqual([]);
  });
});
