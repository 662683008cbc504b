import { Effect } from '../effect';
import { mergeKey, openPullRequestKey } from '../effectKeys';
import { personWords } from '../commands/personWords';
import { GUARDS } from '../guards';
import { trailStops } from '../guards/auditTrail';
import { activePauses, pauseWords } from '../guards/pause';
import { TrailNow } from '../observation';
import { HumanCommand, Pause } from '../people';
import { Policy } from '../policy';
import { Rollback } from '../rollback';

/** Whether an effect may still be carried out; if not, why not. */
export type Wanted = { wanted: true } | { wanted: false; because: string };

function no(because: string): Wanted {
  return { wanted: false, because };
}

/** What may have happened since the decision, as the database has it now. */
export interface Since {
  commands: readonly HumanCommand[];
  pauses: readonly Pause[];
  /** Absent when the audit trail is shipped nowhere. */
  auditTrail?: TrailNow;
}

/** A person's word that came after the decision: nothing that it would stop is begun any more. */
function stoppedBy(
  { commands, pauses }: Since,
  now: number,
): string | undefined {
  const command = commands.find(
    each =>
      each.result === 'pending' &&
      (each.command === 'ABORT' || each.command === 'MANUAL'),
  );
  if (command) {
    return `${personWords(command.person)} has said ${command.command}`;
  }
  const [pause] = activePauses(pauses, now);
  return pause && pauseWords(pause, now);
}

/** The approval this merge was decided on, taken back since. */
function isWithdrawn({ commands }: Since, evaluatedAt: number): boolean {
  return commands.some(
    ({ command, result, answeredAt }) =>
      command === 'APPROVE' &&
      result === 'withdrawn' &&
      (answeredAt ?? Infinity) > evaluatedAt,
  );
}

/** Everything a merge in this environment needs (SPEC §5, §6), with guards that a person has answered left out. */
function allHold(rollback: Rollback): boolean {
  const { environment, state, verdicts } = rollback;
  if (!verdicts) {
    return false;
  }
  const isProduction = environment === 'production';
  const answered = new Set(
    state.name === 'AwaitingMergeApproval' ? state.answered?.guards : [],
  );
  return (
    verdicts.invariants.every(
      ({ id, result }) =>
        result === 'holds' || (isProduction && id === 'I1_environment'),
    ) &&
    verdicts.guards.every(
      ({ id, result }) =>
        result === 'holds' ||
        (result === 'broken' &&
          answered.has(id) &&
          GUARDS.find(guard => guard.id === id)?.answerable === true),
    ) &&
    (!isProduction || verdicts.approval?.result === 'holds')
  );
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
  since: Since,
  now: number,
  policy: Policy,
): Wanted {
  const { state, verdicts } = rollback;
  switch (effect.kind) {
    case 'open_pull_request': {
      const stopped = stoppedBy(since, now);
      if (stopped !== undefined) {
        return no(stopped);
      }
      return state.name === 'CandidateResolved' &&
        state.change !== undefined &&
        effect.key === openPullRequestKey(rollback, state.prAttempt)
        ? { wanted: true }
        : no(
            `The rollback has gone on to ${state.name}: this pull request is no longer wanted`,
          );
    }
    case 'merge_pull_request': {
      if (
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
      if (!allHold(rollback)) {
        return no('The verdicts do not all hold any more');
      }
      if (isWithdrawn(since, verdicts.evaluatedAt)) {
        return no(
          'An approval was withdrawn: who has approved is looked at again',
        );
      }
      const stopped =
        stoppedBy(since, now) ??
        trailStops(rollback.environment, since.auditTrail, now, policy);
      return stopped === undefined ? { wanted: true } : no(stopped);
    }
    // Closing, asking people and telling events belong to what has been decided, and stay true.
    case 'close_pull_request':
    case 'escalate':
    case 'close_issue':
    case 'answer_comment':
    case 'notify':
    case 'page':
    case 'publish_event':
      return { wanted: true };
    default: {
      const never: never = effect;
      throw new Error(`Unknown effect ${JSON.stringify(never)}`);
    }
  }
}
