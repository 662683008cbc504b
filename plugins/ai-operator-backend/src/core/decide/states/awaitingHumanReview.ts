import { Decision } from '../../decision';
import { evaluate } from '../../evaluate';
import { duration } from '../../time';
import { abort, closePullRequest, stay } from '../answers';
import { Context, StateNamed } from '../context';
import { endedAround } from './withPullRequest';

/**
 * A person was asked. The operator does not merge from here even if everything
 * comes to hold by itself; it follows what people do with the pull request, and
 * what the application does.
 */
export function decideAwaitingHumanReview(
  context: Context<StateNamed<'AwaitingHumanReview'>>,
): Decision {
  const { rollback, state, observation, now, policy, rules } = context;
  const ended = endedAround(context);
  if (ended) {
    return ended;
  }
  const verdicts = evaluate(rollback, observation, now, policy, rules);
  const limit = policy.timing.humanReviewAbort;
  if (now - state.enteredAt >= limit) {
    return abort(
      context,
      'review_timed_out',
      'REVIEW_TIMEOUT',
      `Nobody decided within ${duration(limit)}: ${state.question}`,
      {
        verdicts,
        effects: closePullRequest(
          context,
          `Nobody decided about this rollback within ${duration(
            limit,
          )}, so it is closed. The application is still degraded.`,
        ),
      },
    );
  }
  return stay(context, `Waiting for a person: ${state.question}`, { verdicts });
}
