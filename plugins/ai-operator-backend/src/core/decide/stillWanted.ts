import { Effect } from '../effect';
import { mergeKey, openPullRequestKey } from '../effectKeys';
import { Policy } from '../policy';
import { Rollback } from '../rollback';

/** Whether an effect may still be carried out; if not, why not. */
export type Wanted = { wanted: true } | { wanted: false; because: string };

function no(because: string): Wanted {
  return { wanted: false, because };
}

/**
 * Asked by the dispatcher right before it acts, with the rollback as it is now:
 * an effect that waited (a crash, a retry) may have been overtaken. A pull request
 * is opened only while its attempt is the present one; a merge only while its
 * verdicts are for its head, all hold, and are not older than 30 s (SPEC §6). An
 * effect that is not wanted gets the outcome `not_wanted`.
 */
export function stillWanted(
  effect: Effect,
  rollback: Rollback,
  now: number,
  policy: Policy,
): Wanted {
  const { state, verdicts } = rollback;
  switch (effect.kind) {
    case 'open_pull_request':
      return state.name === 'CandidateResolved' &&
        state.change !== undefined &&
        effect.key === openPullRequestKey(rollback, state.prAttempt)
        ? { wanted: true }
        : no(
            `The rollback has gone on to ${state.name}: this pull request is no longer wanted`,
          );
    case 'merge_pull_request': {
      if (
        rollback.environment !== 'staging' ||
        state.name !== 'AwaitingMergeApproval' ||
        effect.key !== mergeKey(rollback, state.mergeAttempt)
      ) {
        return no(
          `The rollback has gone on to ${state.name}: this merge is no longer wanted`,
        );
      }
      if (verdicts?.headSha !== effect.headSha) {
        return no('The verdicts are for another head than this merge names');
      }
      if (now - verdicts.evaluatedAt > policy.timing.verdictMaxAge) {
        return no(
          `The verdicts are ${Math.round(
            (now - verdicts.evaluatedAt) / 1000,
          )} s old: they are evaluated again before a merge`,
        );
      }
      return [...verdicts.invariants, ...verdicts.guards].every(
        ({ result }) => result === 'holds',
      )
        ? { wanted: true }
        : no('The verdicts do not all hold any more');
    }
    // Closing, asking people and telling events belong to what has been decided, and stay true.
    case 'close_pull_request':
    case 'escalate':
    case 'publish_event':
      return { wanted: true };
    default: {
      const never: never = effect;
      throw new Error(`Unknown effect ${JSON.stringify(never)}`);
    }
  }
}
