import { Decision } from '../decision';
import { RULES, Rules } from '../evaluate';
import { Observation } from '../observation';
import { Policy } from '../policy';
import { Rollback } from '../rollback';
import { duration } from '../time';
import { issueEffect } from '../explain/escalation';
import { abort, closePullRequest, stay } from './answers';
import { Context, Facts } from './context';
import { withPage } from './paging';
import { decideAborted } from './states/aborted';
import { decideAwaitingHumanReview } from './states/awaitingHumanReview';
import { decideAwaitingMergeApproval } from './states/awaitingMergeApproval';
import { decideCandidateResolved } from './states/candidateResolved';
import { decideDegradationDetected } from './states/degradationDetected';
import { decidePRCreated } from './states/prCreated';
import { decideRollbackComplete } from './states/rollbackComplete';
import { decideRollbackMerged } from './states/rollbackMerged';
import { steered, withAnswers } from './steer';

function decideState(context: Context): Decision {
  const { state } = context;
  switch (state.name) {
    case 'DegradationDetected':
      return decideDegradationDetected({ ...context, state });
    case 'CandidateResolved':
      return decideCandidateResolved({ ...context, state });
    case 'PRCreated':
      return decidePRCreated({ ...context, state });
    case 'AwaitingMergeApproval':
      return decideAwaitingMergeApproval({ ...context, state });
    case 'AwaitingHumanReview':
      return decideAwaitingHumanReview({ ...context, state });
    case 'RollbackMerged':
      return decideRollbackMerged({ ...context, state });
    default:
      throw new Error(`State ${state.name} has nothing to decide`);
  }
}

function abortStale(facts: Facts): Decision {
  const age = duration(facts.policy.timing.stale);
  return abort(
    facts,
    'stale',
    'STALE_STATE',
    `The rollback began more than ${age} ago: what it was decided on no longer counts`,
    {
      effects: closePullRequest(
        facts,
        `This rollback was decided more than ${age} ago and nobody merged it. What it was decided on no longer counts.`,
      ),
    },
  );
}

/** Argo CD not listing an application may be a deletion, or a hiccup of its cache: wait, then tell a person. */
function whileGone(facts: Facts): Decision {
  const { state, now, policy } = facts;
  const since = state.goneSince ?? now;
  if (now - since >= policy.timing.inconclusive) {
    return abort(
      facts,
      'application_gone',
      'APPLICATION_GONE',
      `Argo CD has not listed the application for ${duration(now - since)}`,
      {
        effects: closePullRequest(
          facts,
          'Argo CD no longer lists the application, so there is nothing to roll back.',
        ),
      },
    );
  }
  return stay(
    facts,
    'Argo CD does not list the application: waiting for it to come back',
    {
      next:
        state.goneSince === undefined ? { ...state, goneSince: now } : state,
    },
  );
}

function decideFacts(facts: Facts): Decision {
  const { rollback, state, application, now, policy } = facts;
  if (state.name === 'Abort') {
    return decideAborted({ ...facts, state });
  }
  if (state.name === 'RollbackComplete') {
    return decideRollbackComplete({ ...facts, state });
  }
  const command = steered(facts);
  if (command) {
    return command;
  }
  if (now - rollback.openedAt >= policy.timing.stale) {
    return abortStale(facts);
  }
  if (application === undefined) {
    return whileGone(facts);
  }
  // Forgetting `goneSince` is a change worth storing, even when nothing else is.
  const back =
    state.goneSince === undefined ? state : { ...state, goneSince: undefined };
  return decideState({ ...facts, state: back, application });
}

/** An escalation issue tells what is, not what was: every move brings it up to date (SPEC §9). */
function withIssue(facts: Facts, decision: Decision): Decision {
  const { rollback, application, policy } = facts;
  const { escalation } = rollback;
  const isTold = decision.effects.some(
    ({ kind }) => kind === 'escalate' || kind === 'close_issue',
  );
  if (!escalation || !decision.transition || isTold) {
    return decision;
  }
  const update = issueEffect(
    {
      rollback,
      next: decision.next,
      reason: escalation.reason,
      because: decision.because,
      application,
      verdicts: decision.verdicts ?? rollback.verdicts,
    },
    policy,
  );
  return { ...decision, effects: [...decision.effects, update] };
}

/**
 * What to do about one rollback now (SPEC §5). Pure: the same arguments give the
 * same answer. `rules` are handed in only by tests.
 */
export function decide(
  rollback: Rollback,
  observation: Observation,
  now: number,
  policy: Policy,
  rules: Rules = RULES,
): Decision {
  const { application } = observation;
  const { state } = rollback;
  if (state.name === 'Idle') {
    return {
      next: state,
      because: 'The rollback has ended',
      effects: [],
      wakeAt: undefined,
    };
  }
  const facts: Facts = {
    rollback,
    state,
    observation,
    application,
    now,
    policy,
    rules,
  };
  return withPage(
    facts,
    withIssue(facts, withAnswers(facts, decideFacts(facts))),
  );
}
