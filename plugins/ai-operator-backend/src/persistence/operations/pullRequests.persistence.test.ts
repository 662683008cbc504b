import { EffectOutcome } from '../../core/effect';
import { RollbackState } from '../../core/rollback';
import { Database } from '../database';
import { claim, commit, moveTo } from '../__testUtils__/claims';
import { describeOnDatabases } from '../__testUtils__/databases';
import { openOne, SHA, states, T0, tick } from '../__testUtils__/fixtures';
import { claimEffects } from './claimEffects';
import { countLastHour } from './countLastHour';
import { finishEffect } from './finishEffect';
import { wakeByPullRequest } from './wakeByPullRequest';

const HOUR = 3_600_000;
const PULL = states(T0).prCreated.pullRequest;

function inRepository<S extends RollbackState>(
  state: S,
  repository: string,
  number = 42,
): S {
  return {
    ...state,
    ...('source' in state && state.source
      ? { source: { ...state.source, repository } }
      : {}),
    ...('pullRequest' in state && state.pullRequest
      ? { pullRequest: { ...state.pullRequest, number } }
      : {}),
  };
}

async function rollbackIn(db: Database, name: string, state: RollbackState) {
  const rollback = await openOne(db, name);
  await moveTo(db, rollback, state);
  return rollback.correlationId;
}

/** Names of what is due, which is then looked at and left to sleep. */
async function due(db: Database, now: number) {
  const items = await claim(db, { now });
  for (const item of items) {
    await commit(db, item, { now, wakeAt: T0 + HOUR });
  }
  return items.map(({ rollback }) => rollback.application.name).sort();
}

describeOnDatabases('news of a pull request', open => {
  it('wakes what works on it: by number, by head, or by repository', async () => {
    const db = await open();
    const { prCreated, abort, candidateResolved, idle } = states(T0);
    await rollbackIn(db, 'one', inRepository(prCreated, 'My-Org/mono', 1));
    await rollbackIn(db, 'two', {
      ...inRepository(prCreated, 'my-org/mono', 2),
      pullRequest: { ...PULL, number: 2, headSha: SHA.merge },
    });
    await rollbackIn(db, 'aborted', inRepository(abort, 'my-org/mono', 3));
    await rollbackIn(
      db,
      'early',
      inRepository(candidateResolved, 'my-org/mono'),
    );
    await rollbackIn(db, 'elsewhere', inRepository(prCreated, 'my-org/x', 1));
    const ended = await openOne(db, 'ended');
    await moveTo(db, ended, inRepository(prCreated, 'my-org/mono', 5));
    await moveTo(db, ended, inRepository(idle, 'my-org/mono', 5));
    await due(db, T0);
    const wake = (options: { number?: number; headSha?: string }) =>
      wakeByPullRequest(db, {
        repository: 'my-org/MONO',
        now: T0 + 5,
        ...options,
      });

    await expect(wake({ number: 1 })).resolves.toBe(1);
    await expect(due(db, T0 + 4)).resolves.toEqual([]);
    await expect(due(db, T0 + 5)).resolves.toEqual(['one']);
    await expect(wake({ headSha: SHA.merge })).resolves.toBe(1);
    await expect(due(db, T0 + 5)).resolves.toEqual(['two']);
    // Somebody pushed to it: the number tells, whatever the head.
    await wake({ number: 1, headSha: SHA.good });
    await expect(due(db, T0 + 5)).resolves.toEqual(['one']);
    await wake({ number: 3 });
    await expect(due(db, T0 + 5)).resolves.toEqual(['aborted']);
    await expect(wake({ number: 5 })).resolves.toBe(0);
    await expect(wake({ number: 99, headSha: SHA.bad })).resolves.toBe(0);
    await expect(wake({})).resolves.toBe(4);
    await expect(due(db, T0 + 5)).resolves.toEqual([
      'aborted',
      'early',
      'one',
      'two',
    ]);
  });

  it('takes no claim away: the rollback is looked at again right after', async () => {
    const db = await open();
    await rollbackIn(db, 'one', inRepository(states(T0).prCreated, 'a/b', 1));
    const [busy] = await claim(db);
    await wakeByPullRequest(db, { repository: 'a/b', number: 1, now: T0 + 5 });
    await expect(
      commit(db, busy, { now: T0 + 6, wakeAt: T0 + HOUR }),
    ).resolves.toBe('committed');
    await expect(due(db, T0 + 6)).resolves.toEqual(['one']);
  });
});

const OPENED: EffectOutcome = {
  kind: 'open_pull_request',
  result: 'opened',
  pullRequest: PULL,
};
const ADOPTED: EffectOutcome = {
  ...OPENED,
  pullRequest: { ...PULL, adopted: true },
};
const MERGED: EffectOutcome = {
  kind: 'merge_pull_request',
  result: 'merged',
  mergeSha: SHA.merge,
  mergedBy: 'operator',
};

/** Asks for the effect an outcome is of, and lets it end so at `at`; without `at` it stays under way. */
async function done(
  db: Database,
  correlationId: string,
  outcome: EffectOutcome,
  at?: number,
) {
  const { source, change } = states(T0).prCreated;
  const key = `${outcome.kind}/${Math.random()}`;
  await tick(db, {
    effects: [
      {
        correlationId,
        effect:
          outcome.kind === 'open_pull_request'
            ? {
                key,
                kind: 'open_pull_request',
                source,
                change,
                headBranch: 'h',
                title: 't',
                body: 'b',
                labels: [],
                commitMessage: 'm',
              }
            : {
                key,
                kind: 'merge_pull_request',
                repository: source.repository,
                number: 42,
                headSha: SHA.head,
                baseBranch: 'staging',
                holdLabel: 'hold',
                commitTitle: 't',
                commitMessage: 'm',
              },
      },
    ],
  });
  if (at !== undefined) {
    const [claimed] = await claimEffects(db, {
      now: T0,
      limit: 1,
      holder: 'a',
      leaseMs: 60_000,
    });
    await finishEffect(db, {
      correlationId,
      key,
      ticket: claimed.ticket,
      outcome,
      now: at,
      audit: [],
      wake: false,
    });
  }
}

describeOnDatabases('what was done in a repository within the hour', open => {
  const now = T0 + HOUR;
  const count = (db: Database, except = 'nobody', repository = 'My-Org/mono') =>
    countLastHour(db, { repository, now, except });

  it('counts what the operator itself opened and merged', async () => {
    const db = await open();
    const state = inRepository(states(T0).merged, 'my-org/Mono');
    const id = await rollbackIn(db, 'one', state);
    await done(db, id, OPENED, T0 + 1);
    await done(db, id, ADOPTED, T0 + 1);
    await done(
      db,
      id,
      { kind: 'open_pull_request', result: 'conflict', because: 'moved' },
      T0 + 1,
    );
    await done(db, id, MERGED, T0 + 2);
    await done(
      db,
      id,
      {
        kind: 'merge_pull_request',
        result: 'merged',
        mergeSha: SHA.merge,
        mergedBy: 'human',
      },
      T0 + 2,
    );
    await done(
      db,
      id,
      { kind: 'merge_pull_request', result: 'not_wanted', because: 'late' },
      T0 + 2,
    );
    await expect(count(db)).resolves.toEqual({ pullRequests: 1, merges: 1 });
    await expect(count(db, id)).resolves.toEqual({
      pullRequests: 0,
      merges: 0,
    });
    await expect(count(db, 'nobody', 'my-org/x')).resolves.toEqual({
      pullRequests: 0,
      merges: 0,
    });
  });

  it('leaves out what is an hour old', async () => {
    const db = await open();
    const state = inRepository(states(T0).merged, 'my-org/mono');
    const id = await rollbackIn(db, 'one', state);
    await done(db, id, OPENED, T0);
    await done(db, id, MERGED, T0 + 1);
    await expect(count(db)).resolves.toEqual({ pullRequests: 0, merges: 1 });
  });

  it('counts what is asked for and under way, from the moment a candidate is known', async () => {
    const db = await open();
    const id = await rollbackIn(
      db,
      'one',
      inRepository(states(T0).candidateResolved, 'my-org/mono'),
    );
    await done(db, id, OPENED);
    await expect(count(db)).resolves.toEqual({ pullRequests: 1, merges: 0 });
  });

  it('still counts what ended meanwhile', async () => {
    const db = await open();
    const rollback = await openOne(db, 'one');
    await moveTo(db, rollback, inRepository(states(T0).merged, 'my-org/mono'));
    await done(db, rollback.correlationId, MERGED, T0 + 1);
    // What is back in Idle no longer names its repository.
    await moveTo(db, rollback, states(T0 + 2).idle);
    await expect(count(db)).resolves.toEqual({ pullRequests: 0, merges: 1 });
  });
});
