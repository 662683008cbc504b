import { RollbackStateName } from '@ai-operator/backstage-plugin-ai-operator-common';

/** One allowed move of a rollback (SPEC §5). */
export interface Transition {
  from: readonly RollbackStateName[];
  to: RollbackStateName;
  /** What must have been seen, in words people read in audit and portal. */
  when: string;
}

const OPEN = [
  'DegradationDetected',
  'CandidateResolved',
  'PRCreated',
  'AwaitingMergeApproval',
  'AwaitingHumanReview',
  'RollbackMerged',
] as const;

const WITH_OPEN_PULL_REQUEST = [
  'PRCreated',
  'AwaitingMergeApproval',
  'AwaitingHumanReview',
] as const;

const BEFORE_PULL_REQUEST = [
  'DegradationDetected',
  'CandidateResolved',
] as const;

/**
 * Every move a rollback may make, and nothing else: `decide` asserts that its
 * answer is a row of this table. A new move is one row here and one early
 * return in the file of its state.
 */
export const TRANSITIONS = {
  degradation_detected: {
    from: ['Idle'],
    to: 'DegradationDetected',
    when: 'a check found the application degraded',
  },
  transient: {
    from: ['DegradationDetected'],
    to: 'Idle',
    when: 'it was not degraded any more before the degradation was persistent',
  },
  candidate_resolved: {
    from: ['DegradationDetected'],
    to: 'CandidateResolved',
    when: 'a stable older revision was found',
  },
  no_stable_candidate: {
    from: ['DegradationDetected'],
    to: 'Abort',
    when: 'no older revision is proven stable, or none was found in time',
  },
  too_many_attempts: {
    from: ['DegradationDetected'],
    to: 'Abort',
    when: 'the attempts of this day are used up',
  },
  source_unresolved: {
    from: ['DegradationDetected'],
    to: 'Abort',
    when: 'the repository and branch to roll back on could not be told',
  },
  health_restored: {
    from: BEFORE_PULL_REQUEST,
    to: 'Idle',
    when: 'it was Healthy for the confirmation time before a pull request was open',
  },
  no_longer_degraded: {
    from: BEFORE_PULL_REQUEST,
    to: 'Idle',
    when: 'it was neither Degraded nor Healthy for so long that the proof no longer stands',
  },
  pull_request_opened: {
    from: ['CandidateResolved'],
    to: 'PRCreated',
    when: 'the rollback pull request is open',
  },
  pull_request_impossible: {
    from: ['CandidateResolved'],
    to: 'Abort',
    when: 'the rollback pull request cannot be opened',
  },
  ci_succeeded: {
    from: ['PRCreated'],
    to: 'AwaitingMergeApproval',
    when: 'every required check on the pull request succeeded',
  },
  ci_failed: {
    from: ['PRCreated'],
    to: 'Abort',
    when: 'a required check on the pull request failed',
  },
  ci_timed_out: {
    from: ['PRCreated'],
    to: 'Abort',
    when: 'the required checks did not finish in time',
  },
  merged_by_operator: {
    from: WITH_OPEN_PULL_REQUEST,
    to: 'RollbackMerged',
    when: 'the operator merged the pull request',
  },
  merged_by_human: {
    from: WITH_OPEN_PULL_REQUEST,
    to: 'RollbackMerged',
    when: 'a person merged the pull request',
  },
  closed_by_human: {
    from: WITH_OPEN_PULL_REQUEST,
    to: 'Abort',
    when: 'somebody closed the pull request without merging it',
  },
  restored_before_merge: {
    from: WITH_OPEN_PULL_REQUEST,
    to: 'Idle',
    when: 'health was restored before the merge (AC-07)',
  },
  invariant_broken: {
    from: ['AwaitingMergeApproval'],
    to: 'Abort',
    when: 'the target is not proven stable (I5) or CI failed (I6)',
  },
  person_needed: {
    from: ['AwaitingMergeApproval'],
    to: 'AwaitingHumanReview',
    when: 'something holds the merge back that only a person can decide',
  },
  approval_timed_out: {
    from: ['AwaitingMergeApproval'],
    to: 'Abort',
    when: 'nobody approved the production rollback in time',
  },
  person_approved: {
    from: ['AwaitingHumanReview'],
    to: 'AwaitingMergeApproval',
    when: 'a senior maintainer approved, and the invariants hold',
  },
  aborted_by_human: {
    from: [...BEFORE_PULL_REQUEST, ...WITH_OPEN_PULL_REQUEST],
    to: 'Abort',
    when: 'a senior maintainer aborted the rollback',
  },
  taken_over: {
    from: OPEN,
    to: 'Abort',
    when: 'a senior maintainer took over',
  },
  reset: {
    from: ['Abort'],
    to: 'Idle',
    when: 'a senior maintainer reset the aborted rollback',
  },
  handed_back: {
    from: ['Abort'],
    to: 'Idle',
    when: 'the application is Healthy again after a person took over',
  },
  review_timed_out: {
    from: ['AwaitingHumanReview'],
    to: 'Abort',
    when: 'nobody answered the question in time',
  },
  superseded: {
    from: [...BEFORE_PULL_REQUEST, ...WITH_OPEN_PULL_REQUEST],
    to: 'Idle',
    when: 'another revision was deployed before this rollback was merged',
  },
  recovered: {
    from: ['RollbackMerged'],
    to: 'RollbackComplete',
    when: 'it was Healthy at the target for the confirmation time',
  },
  degraded_again: {
    from: ['RollbackMerged'],
    to: 'Abort',
    when: 'it degraded again after being Healthy at the target',
  },
  not_recovered: {
    from: ['RollbackMerged'],
    to: 'Abort',
    when: 'it did not recover in time after the merge',
  },
  archived: {
    from: ['RollbackComplete'],
    to: 'Idle',
    when: 'the rollback is complete',
  },
  stale: {
    from: OPEN,
    to: 'Abort',
    when: 'the rollback is so old that what it was decided on no longer counts',
  },
  application_gone: {
    from: OPEN,
    to: 'Abort',
    when: 'Argo CD no longer lists the application',
  },
} as const satisfies Record<string, Transition>;

/** Name of a row of {@link TRANSITIONS}. */
export type TransitionId = keyof typeof TRANSITIONS;

/** True when `id` allows a rollback to go from `from` to `to`. */
export function isAllowed(
  id: TransitionId,
  from: RollbackStateName,
  to: RollbackStateName,
): boolean {
  const row: Transition = TRANSITIONS[id];
  return row.from.includes(from) && row.to === to;
}
