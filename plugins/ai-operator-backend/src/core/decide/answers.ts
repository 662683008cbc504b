import {
  EscalationReason,
  EventName,
  EventPayloads,
  RollbackOutcome,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { Decision } from '../decision';
import { Effect } from '../effect';
import { cell } from '../change/markdown';
import { closeIssueKey, closeKey } from '../effectKeys';
import { escalation } from '../explain/escalation';
import { calmingNotification, peopleKnow } from '../explain/notification';
import { PersonRef } from '../people';
import { publish, pullRequestFacts } from '../publish';
import { RollbackState, VerdictSet } from '../rollback';
import { pullRequestOf, sourceOf, targetOf } from '../stateFacts';
import { Facts } from './context';
import { deadlineOf } from './deadline';
import { isAllowed, TRANSITIONS, TransitionId } from './transitions';

/** What a decision may carry besides its state and reason. */
export type Extra = Pick<Decision, 'candidates' | 'verdicts'> & {
  effects?: Effect[];
  wakeAt?: number;
};

/** What a move may carry: also the person whose word it was. */
type Moved = Extra & { by?: PersonRef };

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

export function event<N extends EventName>(
  { rollback }: Facts,
  name: N,
  payload: EventPayloads[N],
): Effect {
  return publish(rollback, name, payload);
}

/**
 * What events say of a move, whoever reads them: the row of the table, and not the
 * decision's own sentence, which may name people and repeat what they wrote.
 */
function told(id: TransitionId, by: PersonRef | undefined) {
  return { because: TRANSITIONS[id].when, by: by?.entityRef };
}

/** A move of the table; the event `fsm.state_transition` comes last, after what caused it. */
export function move(
  facts: Facts,
  id: TransitionId,
  next: RollbackState,
  because: string,
  extra: Moved = {},
): Decision {
  const { name: from, enteredAt } = facts.state;
  if (!isAllowed(id, from, next.name)) {
    throw new Error(
      `No such move in the table: ${id} from ${from} to ${next.name}`,
    );
  }
  const { effects = [], wakeAt, by, ...rest } = extra;
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
        ...told(id, by),
        reason: next.name === 'Abort' ? next.reason : undefined,
        outcome: next.name === 'Idle' ? next.outcome : undefined,
        inStateMs: facts.now - enteredAt,
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
  extra: Moved = {},
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
  extra: Moved = {},
): Decision {
  const { rollback, state, application, now, policy } = facts;
  const { by } = extra;
  const [pullRequest, source] = [pullRequestOf(state), sourceOf(state)];
  const next: RollbackState = {
    name: 'Abort',
    enteredAt: now,
    reason,
    because,
    ...(by ? { by } : {}),
    source,
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
      ...extra,
      effects: [
        ...(extra.effects ?? []),
        ...asked.effects,
        event(facts, 'abort', {
          reason,
          from: state.name,
          ...told(id, by),
          currentRevision: rollback.currentRevision,
          targetRevision: targetOf(state)?.sha,
          pullRequest:
            pullRequest && source && pullRequestFacts(source, pullRequest),
          degradedMs: now - rollback.openedAt,
        }),
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
