import {
  EVENT_NAMES,
  EventName,
  eventPayloadSchemas,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { TransitionId } from '../decide/transitions';
import { Decision } from '../decision';
import { Effect } from '../effect';
import { Rollback, VerdictSet } from '../rollback';
import { pullRequestOf } from '../stateFacts';

/** What a move publishes before its `fsm.state_transition` (SPEC §5, §11), in order. */
const EVENTS_OF: Record<TransitionId, readonly EventName[]> = {
  degradation_detected: ['degradation.detected'],
  transient: [],
  candidate_resolved: ['candidate.resolved'],
  no_stable_candidate: ['abort'],
  too_many_attempts: ['degradation.confirmed', 'abort'],
  source_unresolved: ['abort'],
  health_restored: [],
  no_longer_degraded: [],
  pull_request_opened: ['pr.created'],
  pull_request_impossible: ['abort'],
  ci_succeeded: [],
  ci_failed: ['merge.ci_failed', 'abort'],
  ci_timed_out: ['abort'],
  merged_by_operator: ['merge.completed'],
  merged_by_human: ['merge.completed'],
  closed_by_human: ['abort'],
  restored_before_merge: ['merge.skipped'],
  invariant_broken: ['merge.invariant_violation', 'abort'],
  person_needed: ['merge.invariant_violation'],
  approval_timed_out: ['abort'],
  person_approved: [],
  aborted_by_human: ['abort'],
  taken_over: ['abort'],
  reset: [],
  handed_back: [],
  review_timed_out: ['abort'],
  superseded: ['merge.skipped'],
  recovered: ['health.restored'],
  degraded_again: ['abort'],
  not_recovered: ['abort'],
  archived: [],
  stale: ['abort'],
  application_gone: ['abort'],
};

/** Made once: it takes longer than its use. */
const STRICT = new Map(
  EVENT_NAMES.map(name => [name, eventPayloadSchemas[name].strict()]),
);

function broke(verdicts: VerdictSet | undefined, rollback: Rollback): boolean {
  return (verdicts?.invariants ?? []).some(
    ({ id, result }) =>
      result === 'broken' &&
      !(id === 'I1_environment' && rollback.environment === 'production'),
  );
}

/** The events that a decision has to publish, in order. */
export function expectedEvents(
  before: Rollback,
  { next, transition, verdicts }: Decision,
): EventName[] {
  const { state } = before;
  if (transition === undefined) {
    const isConfirmed =
      state.name === 'DegradationDetected' &&
      next.name === 'DegradationDetected' &&
      state.confirmedAt === undefined &&
      next.confirmedAt !== undefined;
    return isConfirmed ? ['degradation.confirmed'] : [];
  }
  const named = EVENTS_OF[transition].filter(name => {
    switch (name) {
      // There was a merge to be left out only where there was a pull request.
      case 'merge.skipped':
        return pullRequestOf(state) !== undefined;
      case 'merge.invariant_violation':
        return broke(verdicts, before);
      default:
        return true;
    }
  });
  return [...named, 'fsm.state_transition'];
}

export function eventsIn(effects: readonly Effect[]): EventName[] {
  return effects.flatMap(effect =>
    effect.kind === 'publish_event' ? [effect.name] : [],
  );
}

/** What is wrong with the events of a decision: too many, too few, out of order, or not as their schema says. */
export function eventProblems(before: Rollback, decision: Decision): string[] {
  const published = eventsIn(decision.effects);
  const expected = expectedEvents(before, decision);
  const invalid = decision.effects.flatMap(effect => {
    if (effect.kind !== 'publish_event') {
      return [];
    }
    const { name, payload } = effect;
    // As it comes out of the outbox.
    const stored = JSON.parse(JSON.stringify(payload));
    const error = STRICT.get(name)?.safeParse(stored).error;
    return error ? [`${name} is not as its schema says: ${error}`] : [];
  });
  return published.join() === expected.join()
    ? invalid
    : [
        `${
          decision.transition
        } published [${published.join()}] instead of [${expected.join()}]`,
        ...invalid,
      ];
}
