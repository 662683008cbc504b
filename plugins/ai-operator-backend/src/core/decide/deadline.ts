import { Policy } from '../policy';
import { Rollback } from '../rollback';
import { duration } from '../time';

/** When the present state ends by itself, and what happens then. */
export interface Deadline {
  /** ms epoch. */
  at: number;
  /** One clause: "the rollback is aborted: CI did not finish in time". */
  then: string;
}

/** Recovery is confirmed on checks, which come once per interval: a few may be missing. */
const CHECKS_OF_GRACE = 3;

/** How long a rollback that became Healthy in time may take to confirm it. */
export function confirmationTime({ timing }: Policy): number {
  return (
    timing.restorationConfirmation +
    CHECKS_OF_GRACE * timing.healthCheckInterval
  );
}

function ofState(
  {
    state,
    environment,
    openedAt,
  }: Pick<Rollback, 'state' | 'environment' | 'openedAt'>,
  policy: Policy,
): Deadline | undefined {
  const { timing } = policy;
  const stale: Deadline = {
    at: openedAt + timing.stale,
    then: `the rollback is aborted: older than ${duration(timing.stale)}`,
  };
  switch (state.name) {
    case 'DegradationDetected':
      return state.searchStartedAt === undefined
        ? stale
        : {
            at: state.searchStartedAt + timing.candidateSearch,
            then: 'the rollback is aborted: no stable revision was found in time',
          };
    case 'CandidateResolved':
      if (state.dryRun || state.pausedAt !== undefined) {
        return stale;
      }
      // Once the pull request has been asked for, its outcome is waited for:
      // leaving earlier could leave a pull request behind that nobody follows.
      return {
        at:
          state.enteredAt +
          timing.candidateSearch * (state.change === undefined ? 1 : 2),
        then: 'the rollback is aborted: the pull request could not be opened in time',
      };
    case 'PRCreated':
      return {
        at: state.enteredAt + timing.ciWait,
        then: 'the rollback is aborted: CI did not finish in time',
      };
    case 'AwaitingMergeApproval':
      return environment === 'production'
        ? {
            at: state.enteredAt + timing.mergeApproval,
            then: 'the rollback is aborted: nobody approved it in time',
          }
        : {
            at:
              Math.max(
                state.inconclusiveSince ?? state.enteredAt,
                state.mergeAskedAt ?? 0,
              ) + timing.inconclusive,
            then: 'a person is asked to decide',
          };
    case 'AwaitingHumanReview':
      return {
        at: state.enteredAt + timing.humanReviewAbort,
        then: 'the pull request is closed and the rollback aborted: nobody decided in time',
      };
    case 'RollbackMerged':
      return {
        at: Math.max(
          state.enteredAt + timing.recovery,
          (state.healthyAtTargetAt ?? 0) + confirmationTime(policy),
        ),
        then: 'the rollback is aborted: the application did not recover in time',
      };
    case 'RollbackComplete':
      return {
        at: state.enteredAt + timing.completeArchive,
        then: 'the rollback is archived as completed',
      };
    default:
      return undefined;
  }
}

/** Every open state has a deadline; undefined for a rollback that has ended. */
export function deadlineOf(
  rollback: Pick<Rollback, 'state' | 'environment' | 'openedAt'>,
  policy: Policy,
): Deadline | undefined {
  const deadline = ofState(rollback, policy);
  const { state, openedAt } = rollback;
  if (!deadline || state.name === 'RollbackComplete') {
    return deadline;
  }
  const { timing } = policy;
  const staleAt = openedAt + timing.stale;
  if (state.goneSince !== undefined) {
    return {
      at: Math.min(state.goneSince + timing.inconclusive, staleAt),
      then: 'the rollback is aborted: Argo CD no longer lists the application',
    };
  }
  return deadline.at <= staleAt
    ? deadline
    : {
        at: staleAt,
        then: `the rollback is aborted: older than ${duration(timing.stale)}`,
      };
}
