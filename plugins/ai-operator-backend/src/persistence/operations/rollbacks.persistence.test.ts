import { setTimeout as sleep } from 'node:timers/promises';
import { Rollback } from '../../core/rollback';
import { claim, commit, moveTo } from '../__testUtils__/claims';
import { describeOnDatabases } from '../__testUtils__/databases';
import {
  aClose,
  aKey,
  anAudit,
  openOne,
  states,
  T0,
  tick,
} from '../__testUtils__/fixtures';
import { attemptsToday } from './attemptsToday';
import { claimEffects } from './claimEffects';
import { countActive } from './countActive';
import { getRollback } from './getRollback';
import { listAudit } from './listAudit';
import { listTransitions } from './listTransitions';
import { releaseRollback } from './releaseRollback';

describeOnDatabases('claiming rollbacks', open => {
  it('gives one row to one of many claimers', async () => {
    const db = await open();
    await openOne(db, 'payment-service');
    const claims = await Promise.all(
      Array.from({ length: 8 }, (_, n) => claim(db, { holder: `h${n}` })),
    );
    expect(claims.flat()).toHaveLength(1);
  });

  it('shares many rows without giving any out twice', async () => {
    const db = await open();
    for (let n = 0; n < 12; n++) {
      await openOne(db, `service-${n}`);
    }
    const claims = await Promise.all(
      Array.from({ length: 4 }, (_, n) =>
        claim(db, { holder: `h${n}`, limit: 3 }),
      ),
    );
    const rest = await claim(db, { limit: 12 });
    const ids = [...claims.flat(), ...rest].map(c => c.rollback.correlationId);
    expect(ids).toHaveLength(12);
    expect(new Set(ids).size).toBe(12);
    expect(Math.max(...claims.map(c => c.length))).toBeLessThanOrEqual(3);
  });

  it('puts production first, then who waited longest, and leaves the not yet due', async () => {
    const db = await open();
    await openOne(db, 'late', { openedAt: T0 + 3 });
    await openOne(db, 'early', { openedAt: T0 + 1 });
    await openOne(db, 'prod', { openedAt: T0 + 4, environment: 'production' });
    await openOne(db, 'future', { openedAt: T0 + 100 });
    const order = (await claim(db, { now: T0 + 10 })).map(
      item => item.rollback.application.name,
    );
    expect(order).toEqual(['prod', 'early', 'late']);
  });

  it('gives an expired lease to the next, and fences out the late commit', async () => {
    const db = await open();
    const { correlationId } = await openOne(db, 'payment-service');
    const [slow] = await claim(db, { leaseMs: 20 });
    await expect(claim(db, { holder: 'b' })).resolves.toEqual([]);
    await sleep(60);
    const [next] = await claim(db, { holder: 'b' });
    expect(next.ticket).toBeGreaterThan(slow.ticket);

    await expect(
      commit(db, slow, {
        after: { state: states(T0).awaitingMerge },
        transition: {
          from: 'DegradationDetected',
          to: 'AwaitingMergeApproval',
          because: 'late',
        },
        effects: [aClose('late')],
        audit: [anAudit({ correlationId, reasoning: 'late' })],
      }),
    ).resolves.toBe('lost');
    await expect(
      releaseRollback(db, { correlationId, ticket: slow.ticket, wakeAt: 0 }),
    ).resolves.toBe('lost');
    expect((await getRollback(db, { correlationId }))?.version).toBe(1);
    await expect(listAudit(db, { correlationId, limit: 9 })).resolves.toEqual(
      [],
    );
    await expect(
      claimEffects(db, { now: T0, limit: 9, holder: 'a', leaseMs: 1 }),
    ).resolves.toEqual([]);

    await expect(commit(db, next)).resolves.toBe('committed');
  });

  it('is killed in between: what it had begun is begun again by another', async () => {
    const db = await open();
    const { correlationId } = await openOne(db, 'payment-service');
    const [dead] = await claim(db, { leaseMs: 20 });
    expect(dead.rollback.correlationId).toBe(correlationId);
    // Nothing more is heard of it.
    await sleep(60);
    const [next] = await claim(db, { holder: 'b' });
    expect(next.rollback).toEqual(dead.rollback);
  });

  it('loses a commit made on an old version', async () => {
    const db = await open();
    await openOne(db, 'payment-service');
    const [first] = await claim(db);
    await commit(db, first, { wakeAt: T0 });
    const [second] = await claim(db);
    await expect(
      commit(db, { rollback: first.rollback, ticket: second.ticket }),
    ).resolves.toBe('lost');
    await expect(commit(db, second)).resolves.toBe('committed');
    await expect(commit(db, second)).resolves.toBe('lost');
  });
});

describeOnDatabases('committing a decision', open => {
  it('writes state, transition, audit, effects and evidence together', async () => {
    const db = await open();
    const { correlationId } = await openOne(db, 'payment-service');
    const [item] = await claim(db);
    const after = {
      state: states(T0 + 1).awaitingHuman,
      candidates: { searchedAt: T0, rows: [] },
      verdicts: { evaluatedAt: T0, invariants: [], guards: [] },
      ci: { observedAt: T0, headSha: 'h', checks: [] },
      escalation: {
        reason: 'NEEDS_HUMAN_REVIEW' as const,
        because: 'held',
        recommendedAction: 'look',
        at: T0,
        firstAt: T0,
      },
    };
    await commit(db, item, {
      after,
      now: T0 + 1,
      transition: {
        from: 'DegradationDetected',
        to: 'AwaitingHumanReview',
        because: 'held\0',
      },
      audit: [anAudit({ correlationId }), anAudit({ correlationId })],
      effects: [aClose('k1')],
    });
    await expect(getRollback(db, { correlationId })).resolves.toEqual({
      ...item.rollback,
      ...after,
      version: 2,
      steering: 2,
    });
    await expect(
      listTransitions(db, { correlationId, limit: 9 }),
    ).resolves.toMatchObject([
      { version: 1 },
      { version: 2, at: T0 + 1, to: 'AwaitingHumanReview', because: 'held' },
    ]);
    expect(
      (await listAudit(db, { correlationId, limit: 9 })).map(row => row.seq),
    ).toEqual([1, 2]);
    await expect(
      claimEffects(db, { now: T0 + 1, limit: 9, holder: 'a', leaseMs: 1 }),
    ).resolves.toMatchObject([{ effect: { key: 'k1' } }]);
  });

  it('keeps what a later decision says nothing about', async () => {
    const db = await open();
    const { correlationId } = await openOne(db, 'payment-service');
    const [item] = await claim(db);
    const candidates = { searchedAt: T0, rows: [] };
    await commit(db, item, {
      after: { state: item.rollback.state, candidates },
      wakeAt: T0,
    });
    const [again] = await claim(db);
    await commit(db, again);
    await expect(getRollback(db, { correlationId })).resolves.toMatchObject({
      version: 3,
      candidates,
    });
  });

  it('asks for an effect once, however often it is decided', async () => {
    const db = await open();
    await openOne(db, 'payment-service');
    for (let round = 0; round < 2; round++) {
      const [item] = await claim(db);
      await commit(db, item, { wakeAt: T0, effects: [aClose('same')] });
    }
    await expect(db.knex('outbox').select('key')).resolves.toEqual([
      { key: 'same' },
    ]);
  });

  it('sleeps until wakeAt, and for ever once ended', async () => {
    const db = await open();
    await openOne(db, 'payment-service');
    const [item] = await claim(db);
    await commit(db, item, { wakeAt: T0 + 10 });
    await expect(claim(db, { now: T0 + 9 })).resolves.toEqual([]);
    const [again] = await claim(db, { now: T0 + 10 });
    await commit(db, again, {
      after: { state: states(T0).abort },
      wakeAt: undefined,
    });
    await expect(claim(db, { now: Number.MAX_SAFE_INTEGER })).resolves.toEqual(
      [],
    );
  });

  it('refuses to put an open rollback to sleep for ever', async () => {
    const db = await open();
    await openOne(db, 'payment-service');
    const [item] = await claim(db);
    await expect(commit(db, item, { wakeAt: undefined })).rejects.toThrow(
      /sleep for ever in DegradationDetected/,
    );
  });

  it('does not sleep over a wake that came while it was decided', async () => {
    const db = await open();
    const { correlationId } = await openOne(db, 'payment-service');
    const [item] = await claim(db);
    await tick(db, { now: T0 + 5, wake: [correlationId] });
    // The lease still holds: waking is not taking.
    await expect(claim(db, { now: T0 + 5, holder: 'b' })).resolves.toEqual([]);
    await commit(db, item, { now: T0 + 6, wakeAt: T0 + 60_000 });
    const [again] = await claim(db, { now: T0 + 6 });
    expect(again.rollback.version).toBe(2);
    await commit(db, again, { now: T0 + 6, wakeAt: T0 + 60_000 });
    await expect(claim(db, { now: T0 + 7 })).resolves.toEqual([]);
  });

  it('gives back without a decision, and stays due when woken meanwhile', async () => {
    const db = await open();
    const { correlationId } = await openOne(db, 'payment-service');
    const [item] = await claim(db);
    await releaseRollback(db, {
      correlationId,
      ticket: item.ticket,
      wakeAt: T0 + 50,
    });
    await expect(claim(db, { now: T0 + 49 })).resolves.toEqual([]);
    const [again] = await claim(db, { now: T0 + 50 });
    await tick(db, { now: T0 + 51, wake: [correlationId] });
    await releaseRollback(db, {
      correlationId,
      ticket: again.ticket,
      wakeAt: T0 + 500,
    });
    await expect(claim(db, { now: T0 + 51 })).resolves.toHaveLength(1);
  });

  it('goes on looking at an Abort for as long as it says', async () => {
    const db = await open();
    await openOne(db, 'payment-service');
    const [item] = await claim(db);
    await commit(db, item, {
      after: { state: states(T0).abort },
      wakeAt: T0 + 30_000,
    });
    await expect(claim(db, { now: T0 + 29_999 })).resolves.toEqual([]);
    const [again] = await claim(db, { now: T0 + 30_000 });
    expect(again.rollback.state.name).toBe('Abort');
    await commit(db, again, { now: T0 + 30_000, wakeAt: undefined });
    await expect(claim(db, { now: Number.MAX_SAFE_INTEGER })).resolves.toEqual(
      [],
    );
  });

  it('wakes an Abort, even while it is put to sleep for ever, but nothing in Idle', async () => {
    const db = await open();
    const rollback = await openOne(db, 'payment-service');
    const wake = [rollback.correlationId];
    await moveTo(db, rollback, states(T0).abort);
    await tick(db, { now: T0 + 5, wake });
    const [item] = await claim(db, { now: T0 + 5 });
    await tick(db, { now: T0 + 6, wake });
    await commit(db, item, { now: T0 + 7, wakeAt: undefined });
    await expect(claim(db, { now: T0 + 6 })).resolves.toEqual([]);
    const [again] = await claim(db, { now: T0 + 7 });

    await tick(db, { now: T0 + 8, wake });
    await commit(db, again, {
      after: { state: states(T0).idle },
      now: T0 + 8,
      wakeAt: undefined,
    });
    await tick(db, { now: T0 + 9, wake });
    await expect(claim(db, { now: Number.MAX_SAFE_INTEGER })).resolves.toEqual(
      [],
    );
  });

  it('raises what people decide on when the state moves, and only then', async () => {
    const db = await open();
    const { correlationId } = await openOne(db, 'payment-service');
    const steering = async () =>
      (await getRollback(db, { correlationId }))?.steering;
    const [item] = await claim(db);
    await commit(db, item, { wakeAt: T0 });
    await expect(steering()).resolves.toBe(1);
    const [again] = await claim(db);
    await commit(db, again, {
      after: { state: states(T0).prCreated },
      transition: {
        from: 'CandidateResolved',
        to: 'PRCreated',
        because: 'The pull request is open',
      },
    });
    await expect(steering()).resolves.toBe(2);
  });
});

describeOnDatabases('places for concurrent rollbacks', open => {
  it('are counted, and the queue is production first, then who was confirmed earlier', async () => {
    const db = await open();
    const searching = await openOne(db, 'searching');
    const complete = await openOne(db, 'complete');
    const ended = await openOne(db, 'ended');
    const own = await openOne(db, 'own');
    const earlier = await openOne(db, 'earlier');
    const later = await openOne(db, 'later');
    const prod = await openOne(db, 'prod', { environment: 'production' });
    await openOne(db, 'unconfirmed');
    await moveTo(db, searching, states(T0 + 1).searching);
    await moveTo(db, complete, states(T0 + 1).complete);
    await moveTo(db, ended, states(T0 + 1).abort);
    await moveTo(db, own, states(T0 + 20).confirmed);
    await moveTo(db, earlier, states(T0 + 10).confirmed);
    await moveTo(db, later, states(T0 + 30).confirmed);
    await moveTo(db, prod, states(T0 + 40).confirmed);
    async function seenBy(rollback: Rollback) {
      const stored = await getRollback(db, rollback);
      if (!stored) {
        throw new Error('it was just written');
      }
      return countActive(db, { rollback: stored });
    }
    await expect(seenBy(own)).resolves.toEqual({ total: 2, aheadInQueue: 2 });
    await expect(seenBy(prod)).resolves.toEqual({ total: 2, aheadInQueue: 0 });
    await expect(seenBy(later)).resolves.toEqual({ total: 2, aheadInQueue: 3 });
    await expect(seenBy(searching)).resolves.toMatchObject({ total: 1 });
  });

  it('count attempts of the last 24 hours, the transient ones left out', async () => {
    const db = await open();
    for (const [confirmedAt, outcome] of [
      [T0 - 86_400_000, 'old'],
      [T0 - 1_000, 'recent'],
      [undefined, 'transient'],
    ] as const) {
      const rollback = await openOne(db, 'payment-service');
      if (confirmedAt !== undefined) {
        await moveTo(db, rollback, {
          ...states(confirmedAt).confirmed,
          enteredAt: T0,
        });
      }
      await moveTo(db, rollback, {
        ...states(T0).idle,
        because: outcome,
      });
    }
    const present = await openOne(db, 'payment-service');
    await moveTo(db, present, states(T0).confirmed);
    await openOne(db, 'other');
    const key = aKey('payment-service');
    await expect(
      attemptsToday(db, { key, now: T0, except: present.correlationId }),
    ).resolves.toBe(1);
    await expect(
      attemptsToday(db, { key, now: T0, except: 'none' }),
    ).resolves.toBe(2);
  });
});
