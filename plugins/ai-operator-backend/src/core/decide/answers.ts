import {
  EscalationReason,
  EventName,
  RollbackOutcome,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { Decision } from '../decision';
import { Effect } from '../effect';
import { cell } from '../change/markdown';
import { closeIssueKey, closeKey, eventKey } from '../effectKeys';
import { escalation } from '../explain/escalation';
import { calmingNotification, peopleKnow } from '../explain/notification';
import { PersonRef } from '../people';
import { RollbackState, VerdictSet } from '../rollback';
import { pullRequestOf, sourceOf, targetOf } from '../stateFacts';
import { Facts } from './context';
import { deadlineOf } from './deadline';
import { isAllowed, TransitionId } from './transitions';

/** What a decision may carry besides its state and reason. */
export type Extra = Pick<Decision, 'candidates' | 'verdicts'> & {
  effects?: Effect[];
  wakeAt?: number;
};

/** How often a state looks again when nothing wakes it earlier. */
function pace({ rollback, policy }: Facts, next: RollbackState): number {
  const { healthCheckInterval, ciPoll, verdictMaxAge, escalationPoll } =
    policy.timing;
  switch (next.name) {
    case 'PRCreated':
      return ciPoll;
    case 'AwaitingMergeApproval':
      // An approval on GitHub should not wait long for us to see it (waiting
      // costs nothing: the requests are conditional), nor verdicts grow old.
      return rollback.environment === 'production'
        ? Math.min(verdictMaxAge, healthCheckInterval)
        : ciPoll;
    case 'AwaitingHumanReview':
      return Math.min(verdictMaxAge, escalationPoll);
    case 'Abort':
      return escalationPoll;
    default:
      return healthCheckInterval;
  }
}

function wakeFor(facts: Facts, next: RollbackState): number {
  const { rollback, policy, now } = facts;
  const soon = now + pace(facts, next);
  const deadline = deadlineOf({ ...rollback, state: next }, policy);
  return deadline && deadline.at > now ? Math.min(soon, deadline.at) : soon;
}

/** Nothing moves; `next` is given when the state remembers something new. */
export function stay(
  facts: Facts,
  because: string,
  extra: Extra & { next?: RollbackState } = {},
): Decision {
  const { next = facts.state, effects = [], wakeAt, ...rest } = extra;
  return {
    next,
    because,
    effects,
    wakeAt: wakeAt ?? wakeFor(facts, next),
    ...rest,
  };
}

export function event(
  { rollback }: Facts,
  name: EventName,
  payload: Record<string, unknown>,
): Effect {
  return {
    key: eventKey(rollback, name),
    kind: 'publish_event',
    name,
    payload,
  };
}

/** A move of the table; the event `fsm.state_transition` comes last, after what caused it. */
export function move(
  facts: Facts,
  id: TransitionId,
  next: RollbackState,
  because: string,
  extra: Extra = {},
): Decision {
  const from = facts.state.name;
  if (!isAllowed(id, from, next.name)) {
    throw new Error(
      `No such move in the table: ${id} from ${from} to ${next.name}`,
    );
  }
  const { effects = [], wakeAt, ...rest } = extra;
  return {
    next,
    transition: id,
    because,
    effects: [
      ...effects,
      event(facts, 'fsm.state_transition', {
        transition: id,
        from,
        to: next.name,
        because,
      }),
    ],
    // A new state asks other questions: look at once.
    wakeAt: next.name === 'Idle' ? undefined : wakeAt ?? facts.now,
    ...rest,
  };
}

function kept({ state }: Facts) {
  return {
    pullRequest: pullRequestOf(state),
    target: targetOf(state),
    change: 'change' in state ? state.change : undefined,
  };
}

/** Whoever was asked or alerted is told that it is over, and the issue is closed (SPEC §9). */
function conclusion(
  { rollback, policy, application, state }: Facts,
  because: string,
): Effect[] {
  const source =
    sourceOf(state) ??
    (application?.source.known ? application.source.value : undefined);
  return [
    ...(rollback.escalation
      ? [
          {
            key: closeIssueKey(rollback),
            kind: 'close_issue' as const,
            repository: policy.escalationRepository ?? source?.repository,
            comment: `This rollback has ended: ${cell(because)}.`,
          },
        ]
      : []),
    // The recovery itself has been told already.
    ...(peopleKnow(rollback) && state.name !== 'RollbackComplete'
      ? [calmingNotification(rollback, because, policy)]
      : []),
  ];
}

/** The end without anything left to do. */
export function endIdle(
  facts: Facts,
  id: TransitionId,
  outcome: RollbackOutcome,
  because: string,
  extra: Extra = {},
): Decision {
  return move(
    facts,
    id,
    {
      name: 'Idle',
      enteredAt: facts.now,
      outcome,
      because,
      ...kept(facts),
    },
    because,
    {
      ...extra,
      effects: [...(extra.effects ?? []), ...conclusion(facts, because)],
    },
  );
}

/** The end that a person has to look at; the application stays locked until reset. */
export function abort(
  facts: Facts,
  id: TransitionId,
  reason: EscalationReason,
  because: string,
  extra: Extra & { by?: PersonRef } = {},
): Decision {
  const { rollback, application, now, policy } = facts;
  const { by, ...others } = extra;
  const next: RollbackState = {
    name: 'Abort',
    enteredAt: now,
    reason,
    because,
    ...(by ? { by } : {}),
    source: sourceOf(facts.state),
    ...kept(facts),
  };
  const asked = escalation(
    {
      rollback,
      next,
      reason,
      because,
      application,
      verdicts: extra.verdicts ?? rollback.verdicts,
    },
    now,
    policy,
  );
  return {
    ...move(facts, id, next, because, {
      ...others,
      effects: [
        ...(extra.effects ?? []),
        ...asked.effects,
        event(facts, 'abort', { reason, because }),
      ],
    }),
    escalation: asked.stored,
  };
}

/** Comments and closes our pull request; the branch goes too when nobody else has pushed to it. */
export function closePullRequest(facts: Facts, comment: string): Effect[] {
  const { rollback, state, observation } = facts;
  const [pullRequest, source] = [pullRequestOf(state), sourceOf(state)];
  if (!pullRequest || !source) {
    return [];
  }
  const seen = observation.pullRequest;
  const isOurs = seen?.known && seen.value.headSha === pullRequest.headSha;
  return [
    {
      key: closeKey(rollback),
      kind: 'close_pull_request',
      repository: source.repository,
      number: pullRequest.number,
      comment,
      ...(isOurs ? { deleteBranch: pullRequest.headBranch } : {}),
    },
  ];
}

/** The verdicts that did not hold, for events. */
export function brokenInvariants({ invariants }: VerdictSet) {
  return invariants.filter(({ result }) => result === 'broken');
}
