import type {
  EscalationReason,
  RollbackOutcome,
  RollbackStateName,
} from '@ai-operator/backstage-plugin-ai-operator-common';

/** The states as a person reads them. */
export const STATE_TITLES: Record<RollbackStateName, string> = {
  Idle: 'Idle',
  DegradationDetected: 'Degradation detected',
  CandidateResolved: 'Candidate resolved',
  PRCreated: 'Pull request open',
  AwaitingMergeApproval: 'Merge approval',
  AwaitingHumanReview: 'Human review',
  RollbackMerged: 'Rollback merged',
  RollbackComplete: 'Rollback complete',
  Abort: 'Aborted',
};

/** What a rollback waits for in each state. */
export const STATE_WAITS_FOR: Record<RollbackStateName, string> = {
  Idle: 'Nothing',
  DegradationDetected: 'Searching a stable candidate',
  CandidateResolved: 'Opening the pull request',
  PRCreated: 'Waiting for CI',
  AwaitingMergeApproval: 'Checking the invariants before the merge',
  AwaitingHumanReview: 'Waiting for a person',
  RollbackMerged: 'Waiting for the application to recover',
  RollbackComplete: 'Done',
  Abort: 'Locked until a senior maintainer resets it',
};

/** Why a rollback stopped or needs a person. */
export const REASON_TITLES: Record<EscalationReason, string> = {
  NO_STABLE_CANDIDATE: 'no stable candidate found',
  PERMISSION_DENIED: 'GitHub refused permission',
  CONFLICT: 'the change conflicts with the target branch',
  VALIDATION: 'the change is not valid',
  PR_NOT_OPENED: 'the pull request could not be opened',
  APPLICATION_GONE: 'the application is gone from Argo CD',
  CI_FAILURE: 'CI failed on the rollback',
  CI_TIMEOUT: 'CI did not finish in time',
  INVARIANT_BROKEN: 'an invariant is broken',
  NEEDS_HUMAN_REVIEW: 'a person has to review it',
  NEEDS_APPROVAL: 'a senior maintainer has to approve it',
  APPROVAL_TIMEOUT: 'nobody approved it in time',
  REVIEW_TIMEOUT: 'nobody reviewed it in time',
  PR_CLOSED: 'somebody closed the pull request',
  NEW_DEGRADATION: 'the application degraded again after the rollback',
  NOT_RECOVERED: 'the application did not recover after the rollback',
  MANUAL_TAKEOVER: 'a person took over',
  ABORTED_BY_HUMAN: 'a person aborted it',
  STALE_STATE: 'it was open for too long',
  TOO_MANY_ATTEMPTS: 'too many attempts today',
  QUOTA_EXCEEDED: 'the hourly quota of the repository is used up',
};

/** How a finished rollback ended. */
export const OUTCOME_TITLES: Record<RollbackOutcome, string> = {
  transient: 'Transient, recovered by itself',
  health_restored: 'Health restored before the merge',
  completed: 'Rolled back',
  superseded: 'Superseded by another revision',
  reset: 'Reset',
};

/** The first seven digits, as people know revisions; anything else as it is. */
export function shortRevision(revision: string): string {
  return /^[0-9a-f]{40}$/.test(revision) ? revision.slice(0, 7) : revision;
}

/** `I3_replica_shortage` -> `I3`. */
export function invariantNumber(id: string): string {
  return id.split('_')[0];
}

/** `healthCheckInterval` -> `health check interval`. */
export function wordsOf(key: string): string {
  return key
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[_-]+/g, ' ')
    .toLowerCase();
}
