import { setTimeout as sleep } from 'node:timers/promises';
import { Database } from '../database';
import { describeOnDatabases } from '../__testUtils__/databases';
import { openOne, T0, tick } from '../__testUtils__/fixtures';
import { claimEffects } from './claimEffects';
import { claimIssues } from './claimIssues';
import { EscalationIssue, finishEffect } from './finishEffect';
import { finishIssueLook } from './finishIssueLook';
import { getRollback } from './getRollback';
import { wakeIssue } from './wakeIssue';

const ISSUE: EscalationIssue = {
  repository: 'My-Org/ops',
  number: 7,
  url: 'https://github.example.com/My-Org/ops/issues/7',
  pollAt: T0 + 30_000,
};

function claim(
  db: Database,
  options: Partial<Parameters<typeof claimIssues>[1]> = {},
) {
  return claimIssues(db, {
    now: T0 + 30_000,
    limit: 10,
    holder: 'a',
    leaseMs: 60_000,
    ...options,
  });
}

let asked = 0;

/** Lets an effect of the rollback end with the given consequence. */
async function finish(
  db: Database,
  correlationId: string,
  options: Partial<Parameters<typeof finishEffect>[1]>,
) {
  asked += 1;
  const key = `escalate/${asked}`;
  await tick(db, {
    effects: [
      {
        correlationId,
        effect: {
          key,
          kind: 'escalate',
          repository: 'My-Org/ops',
          reason: 'CI_FAILURE',
          title: 't',
          body: 'b',
          labels: [],
        },
      },
    ],
  });
  const [claimed] = await claimEffects(db, {
    now: T0,
    limit: 1,
    holder: 'a',
    leaseMs: 60_000,
  });
  return finishEffect(db, {
    correlationId,
    key,
    ticket: claimed.ticket,
    outcome: { kind: 'escalate', result: 'raised' },
    now: T0 + 1,
    audit: [],
    wake: false,
    ...options,
  });
}

async function raise(
  db: Database,
  name: string,
  issue: Partial<EscalationIssue> = {},
) {
  const { correlationId } = await openOne(db, name);
  await finish(db, correlationId, { escalationIssue: { ...ISSUE, ...issue } });
  return correlationId;
}

describeOnDatabases('escalation issues', open => {
  it('are read from the time the effect names, and shown with their rollback', async () => {
    const db = await open();
    const correlationId = await raise(db, 'payment-service');
    await expect(claim(db, { now: T0 + 29_999 })).resolves.toEqual([]);
    const [issue] = await claim(db);
    expect(issue).toEqual({
      correlationId,
      repository: 'My-Org/ops',
      number: 7,
      url: ISSUE.url,
      openedAt: T0 + 1,
      closedAt: undefined,
      watchUntil: undefined,
      ticket: 1,
    });
    await expect(
      db.knex('rollbacks').first('escalation_issue_url'),
    ).resolves.toEqual({ escalation_issue_url: ISSUE.url });
    await expect(getRollback(db, { correlationId })).resolves.toMatchObject({
      version: 1,
      steering: 1,
    });
  });

  it('go to one of two claimers', async () => {
    const db = await open();
    for (let n = 0; n < 6; n += 1) {
      await raise(db, `service-${n}`, { number: n, pollAt: T0 + n });
    }
    const claims = await Promise.all([
      claim(db, { holder: 'a', limit: 4 }),
      claim(db, { holder: 'b', limit: 4 }),
    ]);
    const rest = await claim(db, { holder: 'c' });
    const numbers = [...claims.flat(), ...rest].map(({ number }) => number);
    expect(numbers.sort()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(Math.max(...claims.map(({ length }) => length))).toBeLessThan(5);
  });

  it('that waited longest come first', async () => {
    const db = await open();
    await raise(db, 'late', { number: 1, pollAt: T0 + 20 });
    await raise(db, 'early', { number: 2, pollAt: T0 + 10 });
    await expect(claim(db, { limit: 1 })).resolves.toMatchObject([
      { number: 2 },
    ]);
  });

  it('go to the next when a lease runs out, who fences out the late one', async () => {
    const db = await open();
    const correlationId = await raise(db, 'payment-service');
    const [slow] = await claim(db, { leaseMs: 20 });
    await sleep(60);
    const [next] = await claim(db, { holder: 'b' });
    await expect(
      finishIssueLook(db, {
        correlationId,
        ticket: slow.ticket,
        pollAt: undefined,
      }),
    ).resolves.toBe('lost');
    await expect(
      finishIssueLook(db, {
        correlationId,
        ticket: next.ticket,
        pollAt: T0 + 60_000,
      }),
    ).resolves.toBe('finished');
    await expect(claim(db, { now: T0 + 59_999 })).resolves.toEqual([]);
    await expect(claim(db, { now: T0 + 60_000 })).resolves.toHaveLength(1);
  });

  it('are read again at once when something happened there while they were read', async () => {
    const db = await open();
    const correlationId = await raise(db, 'payment-service');
    const [busy] = await claim(db);
    await expect(
      wakeIssue(db, { repository: 'my-org/OPS', number: 7, now: T0 + 30_001 }),
    ).resolves.toBe(1);
    await expect(claim(db, { now: T0 + 30_001 })).resolves.toEqual([]);
    await finishIssueLook(db, {
      correlationId,
      ticket: busy.ticket,
      pollAt: T0 + 60_000,
    });
    const [again] = await claim(db, { now: T0 + 30_001 });
    await finishIssueLook(db, {
      correlationId,
      ticket: again.ticket,
      pollAt: T0 + 60_000,
    });
    await expect(claim(db, { now: T0 + 59_999 })).resolves.toEqual([]);
  });

  it('are woken by repository and number', async () => {
    const db = await open();
    await raise(db, 'payment-service');
    const wake = (repository: string, number: number) =>
      wakeIssue(db, { repository, number, now: T0 + 2 });
    await expect(wake('my-org/ops', 8)).resolves.toBe(0);
    await expect(wake('my-org/other', 7)).resolves.toBe(0);
    await expect(claim(db, { now: T0 + 2 })).resolves.toEqual([]);
    await expect(wake('my-org/ops', 7)).resolves.toBe(1);
    await expect(claim(db, { now: T0 + 2 })).resolves.toHaveLength(1);
  });

  it('are read after they were closed until their time is over, and woken no more then', async () => {
    const db = await open();
    const correlationId = await raise(db, 'payment-service');
    await finish(db, correlationId, {
      now: T0 + 10,
      closedIssue: { watchUntil: T0 + 60_000 },
    });
    const [issue] = await claim(db);
    expect(issue).toMatchObject({
      closedAt: T0 + 10,
      watchUntil: T0 + 60_000,
    });
    const next = (ticket: number, pollAt: number) =>
      finishIssueLook(db, { correlationId, ticket, pollAt });
    await next(issue.ticket, T0 + 60_000);
    const [last] = await claim(db, { now: T0 + 60_000 });
    await next(last.ticket, T0 + 60_001);
    await expect(
      wakeIssue(db, { repository: 'my-org/ops', number: 7, now: T0 + 60_002 }),
    ).resolves.toBe(0);
    await expect(claim(db, { now: Number.MAX_SAFE_INTEGER })).resolves.toEqual(
      [],
    );
  });

  it('are never read again when the look says so', async () => {
    const db = await open();
    const correlationId = await raise(db, 'payment-service');
    const [issue] = await claim(db);
    await finishIssueLook(db, {
      correlationId,
      ticket: issue.ticket,
      pollAt: undefined,
    });
    await expect(claim(db, { now: Number.MAX_SAFE_INTEGER })).resolves.toEqual(
      [],
    );
  });

  it('stay one per rollback: raised again, it is open again', async () => {
    const db = await open();
    const correlationId = await raise(db, 'payment-service');
    await finish(db, correlationId, {
      closedIssue: { watchUntil: T0 + 60_000 },
    });
    await finish(db, correlationId, {
      now: T0 + 20,
      escalationIssue: { ...ISSUE, number: 9, pollAt: T0 + 21 },
    });
    await expect(claim(db, { now: T0 + 21 })).resolves.toMatchObject([
      { number: 9, openedAt: T0 + 1, closedAt: undefined },
    ]);
  });

  it('are not written when the effect was finished by somebody else', async () => {
    const db = await open();
    const { correlationId } = await openOne(db, 'payment-service');
    await expect(
      finishEffect(db, {
        correlationId,
        key: 'never asked for',
        ticket: 1,
        outcome: { kind: 'escalate', result: 'raised' },
        now: T0,
        audit: [],
        wake: false,
        escalationIssue: ISSUE,
      }),
    ).resolves.toBe('lost');
    await expect(db.knex('escalation_issues').select()).resolves.toEqual([]);
  });

  it('that were never opened are closed without complaint', async () => {
    const db = await open();
    const { correlationId } = await openOne(db, 'payment-service');
    await expect(
      finish(db, correlationId, { closedIssue: { watchUntil: T0 } }),
    ).resolves.toBe('committed');
  });
});
