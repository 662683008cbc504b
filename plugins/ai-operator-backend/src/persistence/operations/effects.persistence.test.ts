import { setTimeout as sleep } from 'node:timers/promises';
import { Effect } from '../../core/effect';
import { Database } from '../database';
import { describeOnDatabases } from '../__testUtils__/databases';
import {
  aClose,
  anAnswer,
  anAudit,
  anEvent,
  openOne,
  T0,
  tick,
} from '../__testUtils__/fixtures';
import { claimEffects, ClaimedEffect } from './claimEffects';
import { claimRollbacks } from './claimRollbacks';
import { finishEffect } from './finishEffect';
import { getRollback } from './getRollback';
import { listAudit } from './listAudit';
import { loadOutcomes } from './loadOutcomes';
import { releaseEffect } from './releaseEffect';
import { retryEffect } from './retryEffect';
import { commitRollback } from './commitRollback';

const CLOSED = { kind: 'close_pull_request', result: 'closed' } as const;

function claim(
  db: Database,
  options: Partial<Parameters<typeof claimEffects>[1]> = {},
) {
  return claimEffects(db, {
    now: T0,
    limit: 10,
    holder: 'a',
    leaseMs: 60_000,
    ...options,
  });
}

function finish(
  db: Database,
  { correlationId, effect, ticket }: ClaimedEffect,
  options: Partial<Parameters<typeof finishEffect>[1]> = {},
) {
  return finishEffect(db, {
    correlationId,
    key: effect.key,
    ticket,
    outcome: CLOSED,
    now: T0,
    audit: [],
    wake: false,
    ...options,
  });
}

async function ask(db: Database, name: string, effects: Effect[]) {
  const { correlationId } = await openOne(db, name);
  await tick(db, {
    effects: effects.map(effect => ({ correlationId, effect })),
  });
  return correlationId;
}

const keys = (claimed: ClaimedEffect[]) => claimed.map(item => item.effect.key);

describeOnDatabases('the outbox', open => {
  it('gives one effect to one of many claimers', async () => {
    const db = await open();
    await ask(db, 'payment-service', [aClose('k')]);
    const claims = await Promise.all(
      Array.from({ length: 8 }, (_, n) => claim(db, { holder: `h${n}` })),
    );
    expect(claims.flat()).toHaveLength(1);
  });

  it('keeps the order within a rollback; events and actions do not wait for each other', async () => {
    const db = await open();
    await ask(db, 'one', [
      anEvent('e1'),
      aClose('a1'),
      anEvent('e2'),
      aClose('a2'),
    ]);
    await ask(db, 'two', [aClose('b1')]);
    const first = await claim(db);
    expect(keys(first)).toEqual(['e1', 'a1', 'b1']);
    await expect(claim(db)).resolves.toEqual([]);
    await finish(db, first[1]);
    expect(keys(await claim(db))).toEqual(['a2']);
    await finish(db, first[0], {
      outcome: { kind: 'publish_event', result: 'published' },
    });
    expect(keys(await claim(db))).toEqual(['e2']);
  });

  it('gives out events apart from everything else', async () => {
    const db = await open();
    await ask(db, 'one', [anEvent('e1'), aClose('a1')]);
    expect(keys(await claim(db, { group: 'others' }))).toEqual(['a1']);
    expect(keys(await claim(db, { group: 'others' }))).toEqual([]);
    expect(keys(await claim(db, { group: 'events' }))).toEqual(['e1']);
  });

  it('lets later events pass one that was put aside, which is still tried', async () => {
    const db = await open();
    const correlationId = await ask(db, 'one', [
      anEvent('e1'),
      anEvent('e2'),
      anEvent('e3'),
    ]);
    const late = async (availableAt: number, stepAside?: boolean) => {
      const [{ effect, ticket }] = await claim(db, { now: availableAt });
      await retryEffect(db, {
        correlationId,
        key: effect.key,
        ticket,
        availableAt: availableAt + 10,
        because: 'not taken in time',
        stepAside,
        audit: [],
      });
    };
    await late(T0);
    expect(keys(await claim(db, { now: T0 + 9 }))).toEqual([]);
    await late(T0 + 10, true);
    const passed = await claim(db, { now: T0 + 19, group: 'events' });
    expect(keys(passed)).toEqual(['e2']);
    // It is due again beside the others, which keep their order.
    expect(keys(await claim(db, { now: T0 + 20, group: 'events' }))).toEqual([
      'e1',
    ]);
    await expect(loadOutcomes(db, { correlationId })).resolves.toEqual({});
  });

  it('keeps issue, people and pull request apart, and tells all outcomes but those of events', async () => {
    const db = await open();
    const page: Effect = {
      key: 'page',
      kind: 'page',
      summary: 's',
      details: 'd',
      link: '/ai-operator',
    };
    const notify: Effect = {
      key: 'notify',
      kind: 'notify',
      audience: 'oncall',
      title: 't',
      description: 'd',
      severity: 'high',
      link: '/ai-operator',
    };
    const closeIssue: Effect = {
      key: 'close_issue',
      kind: 'close_issue',
      repository: 'my-org/ops',
      comment: 'It has ended',
    };
    const correlationId = await ask(db, 'payment-service', [
      notify,
      page,
      closeIssue,
      anAnswer('answer'),
      aClose('close'),
      anEvent('event'),
    ]);
    const first = await claim(db);
    expect(keys(first)).toEqual([
      'notify',
      'page',
      'close_issue',
      'close',
      'event',
    ]);
    for (const item of first) {
      await finish(db, item);
    }
    expect(keys(await claim(db))).toEqual(['answer']);
    await expect(loadOutcomes(db, { correlationId })).resolves.toEqual({
      notify: CLOSED,
      page: CLOSED,
      close_issue: CLOSED,
      close: CLOSED,
    });
  });

  it('says for whom an effect is, whatever keys other rollbacks use', async () => {
    const db = await open();
    const one = await ask(db, 'one', [aClose('same')]);
    const two = await ask(db, 'two', [aClose('same')]);
    const claimed = await claim(db);
    expect(
      claimed.map(item => [
        item.correlationId,
        item.application.name,
        item.environment,
      ]),
    ).toEqual([
      [one, 'one', 'staging'],
      [two, 'two', 'staging'],
    ]);
    await finish(db, claimed[0]);
    await expect(loadOutcomes(db, { correlationId: two })).resolves.toEqual({});
  });

  it('stores an outcome once when an effect is finished twice', async () => {
    const db = await open();
    const correlationId = await ask(db, 'payment-service', [aClose('k')]);
    const [slow] = await claim(db, { leaseMs: 20 });
    await sleep(60);
    const [next] = await claim(db, { holder: 'b' });
    expect(keys([next])).toEqual(['k']);
    await expect(
      finish(db, slow, {
        outcome: { ...CLOSED, result: 'already_merged' },
        audit: [anAudit({ correlationId })],
      }),
    ).resolves.toBe('lost');
    await expect(
      finish(db, next, { audit: [anAudit({ correlationId })] }),
    ).resolves.toBe('committed');
    await expect(finish(db, next)).resolves.toBe('lost');
    await expect(loadOutcomes(db, { correlationId })).resolves.toEqual({
      k: CLOSED,
    });
    await expect(
      listAudit(db, { correlationId, limit: 9 }),
    ).resolves.toHaveLength(1);
  });

  it('waits before a retry, counts it, and holds back what comes after', async () => {
    const db = await open();
    const correlationId = await ask(db, 'payment-service', [
      aClose('k1'),
      aClose('k2'),
    ]);
    const [first] = await claim(db);
    const retry = {
      correlationId,
      key: 'k1',
      ticket: first.ticket,
      availableAt: T0 + 1_000,
      because: 'GitHub answered 502',
      audit: [anAudit({ correlationId })],
    };
    await expect(retryEffect(db, retry)).resolves.toBe('committed');
    await expect(claim(db, { now: T0 + 999 })).resolves.toEqual([]);
    const [again] = await claim(db, { now: T0 + 1_000 });
    expect(again).toMatchObject({ effect: { key: 'k1' }, attempt: 1 });
    await expect(retryEffect(db, retry)).resolves.toBe('lost');
    await finish(db, again);
    await expect(
      retryEffect(db, { ...retry, ticket: again.ticket }),
    ).resolves.toBe('lost');
    expect(keys(await claim(db))).toEqual(['k2']);
  });

  it('is due again at once when given back untried', async () => {
    const db = await open();
    const correlationId = await ask(db, 'payment-service', [aClose('k')]);
    const [first] = await claim(db);
    const release = {
      correlationId,
      key: 'k',
      ticket: first.ticket,
      audit: [anAudit({ correlationId })],
    };
    await releaseEffect(db, release);
    const [again] = await claim(db, { holder: 'b' });
    expect(again).toMatchObject({ effect: { key: 'k' }, attempt: 0 });
    await expect(releaseEffect(db, release)).resolves.toBe('lost');
    // What was asked of the outside before is told, once.
    await expect(
      listAudit(db, { correlationId, limit: 10 }),
    ).resolves.toHaveLength(1);
  });

  it('wakes the rollback with its outcome, even while that is worked on', async () => {
    const db = await open();
    const correlationId = await ask(db, 'payment-service', [aClose('k')]);
    const [item] = await claimRollbacks(db, {
      now: T0,
      limit: 1,
      holder: 'a',
      leaseMs: 60_000,
    });
    const [effect] = await claim(db);
    await finish(db, effect, {
      now: T0 + 1,
      wake: true,
      escalationIssue: {
        repository: 'my-org/ops',
        number: 7,
        url: 'https://github.example.com/my-org/ops/issues/7',
        pollAt: T0 + 1,
      },
    });
    await commitRollback(db, {
      before: item.rollback,
      ticket: item.ticket,
      after: {
        state: item.rollback.state,
        escalation: {
          reason: 'CI_FAILURE',
          because: 'b',
          recommendedAction: 'r',
          at: T0,
          firstAt: T0,
        },
      },
      wakeAt: T0 + 60_000,
      now: T0 + 2,
      audit: [],
      effects: [],
    });
    const [again] = await claimRollbacks(db, {
      now: T0 + 2,
      limit: 1,
      holder: 'a',
      leaseMs: 60_000,
    });
    expect(again.rollback.correlationId).toBe(correlationId);
    expect(
      (await getRollback(db, { correlationId }))?.escalation?.issueUrl,
    ).toBe('https://github.example.com/my-org/ops/issues/7');
  });
});
