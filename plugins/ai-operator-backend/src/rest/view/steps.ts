import {
  RollbackStateName,
  RollbackStep,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { deadlineOf, hasEnded, Policy, Rollback } from '../../core';
import { Transition } from '../../persistence';

/** The way of a rollback that goes well. */
const WAY = [
  'DegradationDetected',
  'CandidateResolved',
  'PRCreated',
  'AwaitingMergeApproval',
  'RollbackMerged',
  'RollbackComplete',
] as const;

/** Only where it was needed: a person's decision in between. */
const DETOUR = 'AwaitingHumanReview' as const;

interface Visit {
  startedAt: number;
  endedAt?: number;
}

/** The first time a state was entered, and the last time it was left. */
function visitsOf(
  rollback: Rollback,
  transitions: readonly Transition[],
): Map<RollbackStateName, Visit> {
  const visits = new Map<RollbackStateName, Visit>();
  for (const { from, to, at } of transitions) {
    const left = visits.get(from);
    if (left) {
      left.endedAt = at;
    }
    visits.set(to, { startedAt: visits.get(to)?.startedAt ?? at });
  }
  const { name, enteredAt } = rollback.state;
  if (!visits.has(name)) {
    visits.set(name, { startedAt: enteredAt });
  }
  return visits;
}

/**
 * The stepper: the steps gone, the present one with its deadline, those to come.
 * A rollback in Abort shows the step it failed in; what came to an early good
 * end leaves the rest skipped.
 */
export function viewSteps(
  rollback: Rollback,
  transitions: readonly Transition[],
  policy: Policy,
): RollbackStep[] {
  const visits = visitsOf(rollback, transitions);
  const ended = hasEnded(rollback);
  const deadline = deadlineOf(rollback, policy);
  const way = WAY.flatMap((state): RollbackStateName[] =>
    state === 'AwaitingMergeApproval' && visits.has(DETOUR)
      ? [state, DETOUR]
      : [state],
  );
  const failedIn =
    rollback.state.name === 'Abort'
      ? transitions.find(({ to }) => to === 'Abort')?.from
      : undefined;
  const reached = Math.max(
    ...way.map((state, index) => (visits.has(state) ? index : -1)),
  );
  const steps = way.map((state, index): RollbackStep => {
    const visit = visits.get(state);
    if (!visit) {
      return {
        state,
        status: ended || index < reached ? 'skipped' : 'upcoming',
      };
    }
    if (state === rollback.state.name) {
      return {
        state,
        status: 'current',
        startedAt: visit.startedAt,
        deadlineAt: deadline?.at,
        atDeadline: deadline?.then,
      };
    }
    return {
      state,
      status: state === failedIn ? 'failed' : 'done',
      startedAt: visit.startedAt,
      endedAt: visit.endedAt,
    };
  });
  return steps;
}
