import { ciResult } from '../../ci';
import { Decision } from '../../decision';
import { evaluate } from '../../evaluate';
import { escalation } from '../../explain/escalation';
import { proposalFacts } from '../../publish';
import { abort, event, move, stay } from '../answers';
import { Context, StateNamed } from '../context';
import { decideMerge } from './awaitingMergeApproval';
import { awaitingMerge, endedAround } from './withPullRequest';

/** A consumer reads a few names; the pull request has them all. */
const MAX_NAMED_CHECKS = 20;

type Created = Context<StateNamed<'PRCreated'>>;

/**
 * CI is through. The invariants are evaluated at once: if all hold, the merge is
 * asked for in the same decision, on the same evidence. Whatever else they say is
 * left to the next look, so that every move is one of the table.
 */
function ciSucceeded(context: Created, because: string): Decision {
  const { rollback, application, now, policy } = context;
  const next = awaitingMerge(context);
  const decided = decideMerge({
    ...context,
    rollback: { ...rollback, state: next },
    state: next,
  });
  const { verdicts } = decided;
  if (rollback.environment === 'production') {
    const question = `CI succeeded; production is merged only with the approval of a senior maintainer (RB-04, RB-08)`;
    const asked = escalation(
      {
        rollback,
        next,
        reason: 'NEEDS_APPROVAL',
        because: question,
        application,
        verdicts,
      },
      now,
      policy,
    );
    return {
      ...move(context, 'ci_succeeded', next, question, {
        verdicts,
        effects: asked.effects,
      }),
      escalation: asked.stored,
    };
  }
  return decided.next.name === 'AwaitingMergeApproval'
    ? move(context, 'ci_succeeded', decided.next, because, {
        verdicts,
        effects: decided.effects,
        wakeAt: decided.wakeAt,
      })
    : move(context, 'ci_succeeded', next, because, { verdicts });
}

/** From an open pull request to the result of its CI. */
export function decidePRCreated(context: Created): Decision {
  const { rollback, state, observation, now, policy, rules } = context;
  const ended = endedAround(context);
  if (ended) {
    return ended;
  }
  const { number, headSha } = state.pullRequest;
  const { ci } = observation;
  const result = ci?.known ? ciResult(ci.value, headSha) : undefined;
  if (result?.state === 'success') {
    return ciSucceeded(context, result.because);
  }
  if (result?.state === 'failure') {
    // The pull request stays open: a person reads the failed checks there, and may merge it.
    return abort(
      context,
      'ci_failed',
      'CI_FAILURE',
      `CI of #${number} failed: ${result.because}`,
      {
        verdicts: evaluate(rollback, observation, now, policy, rules),
        effects: [
          event(context, 'merge.ci_failed', {
            ...proposalFacts(rollback, state),
            failedChecks: result.failed.slice(0, MAX_NAMED_CHECKS),
            because: result.because,
          }),
        ],
      },
    );
  }
  const waiting =
    result?.because ??
    `CI could not be read: ${
      ci && !ci.known ? ci.because : 'not looked at yet'
    }`;
  if (now - state.enteredAt >= policy.timing.ciWait) {
    // It stays open too: CI may still finish, and then a person can merge it.
    return abort(
      context,
      'ci_timed_out',
      'CI_TIMEOUT',
      `CI of #${number} did not finish in time: ${waiting}`,
      { verdicts: evaluate(rollback, observation, now, policy, rules) },
    );
  }
  return stay(context, `Waiting for CI of #${number}: ${waiting}`, {
    verdicts: evaluate(rollback, observation, now, policy, rules),
  });
}
