import {
  PullRequestView,
  RollbackSummary,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import {
  deadlineOf,
  explainRollback,
  hasEnded,
  needsHuman,
  Rollback,
} from '../../core';
import { ViewContext } from './context';

export function pullRequestOf({
  state,
}: Rollback): PullRequestView | undefined {
  return 'pullRequest' in state ? state.pullRequest : undefined;
}

/** What tells apart the phases within one state. */
function phaseOf({
  state,
}: Rollback): Pick<
  RollbackSummary,
  'confirmedAt' | 'searchStartedAt' | 'dryRun'
> {
  switch (state.name) {
    case 'DegradationDetected':
      return {
        confirmedAt: state.confirmedAt,
        searchStartedAt: state.searchStartedAt,
      };
    case 'CandidateResolved':
      return { dryRun: state.dryRun?.because };
    default:
      return {};
  }
}

/** One row in lists of rollbacks. */
export function viewRollback(
  rollback: Rollback,
  { now, policy }: ViewContext,
): RollbackSummary {
  const { state } = rollback;
  return {
    correlationId: rollback.correlationId,
    application: rollback.application,
    environment: rollback.environment,
    state: state.name,
    outcome: state.name === 'Idle' ? state.outcome : undefined,
    abortReason: state.name === 'Abort' ? state.reason : undefined,
    version: rollback.steering,
    openedAt: rollback.openedAt,
    stateSince: state.enteredAt,
    deadlineAt: deadlineOf(rollback, policy)?.at,
    endedAt: hasEnded(rollback) ? state.enteredAt : undefined,
    explanation: explainRollback(rollback, now, policy),
    needsHuman: needsHuman(rollback),
    pullRequest: pullRequestOf(rollback),
    ...phaseOf(rollback),
  };
}
