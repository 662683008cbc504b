import { approverOf, judgeApproval } from '../../approval/judgeApproval';
import { Decision } from '../../decision';
import { evaluate } from '../../evaluate';
import { Guard } from '../../guards';
import { VerdictSet } from '../../rollback';
import { duration } from '../../time';
import { Verdict } from '../../verdict';
import { abort, closePullRequest, move, stay } from '../answers';
import { Context, proposalOf, StateNamed } from '../context';
import { endedAround, mergeKeys } from './withPullRequest';

type Reviewed = Context<StateNamed<'AwaitingHumanReview'>>;

/**
 * What keeps an approved rollback from going on. An APPROVE answers the guards
 * it was asked about, as far as a person may answer them; it cannot make an
 * invariant true. Guards the person was not asked about are asked about next.
 */
function inTheWay(
  { state, rollback, rules }: Reviewed,
  { invariants, guards }: VerdictSet,
): Verdict[] {
  const answers = (id: Guard['id']) =>
    rules.guards.find(guard => guard.id === id)?.answerable === true;
  return [
    ...invariants.filter(
      ({ id, result }) =>
        result !== 'holds' &&
        // In production the approval takes the place of I1 (SPEC §6).
        !(id === 'I1_environment' && rollback.environment === 'production'),
    ),
    ...guards.filter(
      ({ id, result }) =>
        result !== 'holds' && state.heldBy.includes(id) && !answers(id),
    ),
  ];
}

/** APPROVE by an allowed person, and the invariants now hold: back to the merge (SPEC §5). */
function resumed(
  context: Reviewed,
  verdicts: VerdictSet,
): Decision | undefined {
  const { rollback, state, observation, now, policy } = context;
  const since = state.enteredAt;
  const approval = judgeApproval(rollback, observation, now, policy, since);
  if (approval.result !== 'holds') {
    return undefined;
  }
  const obstacles = inTheWay(context, verdicts);
  if (obstacles.length > 0) {
    return stay(
      context,
      `${approval.because}; not merged yet: ${[
        ...new Set(obstacles.map(({ because }) => because)),
      ].join('; ')}`,
      { verdicts },
    );
  }
  const by = approverOf(rollback, observation, now, policy, since);
  const earlierAttempts = mergeKeys(context).length;
  return move(
    context,
    'person_approved',
    {
      name: 'AwaitingMergeApproval',
      enteredAt: now,
      ...proposalOf(state),
      mergeAttempt: earlierAttempts,
      earlierAttempts,
      answered: { guards: state.heldBy, by: by?.person ?? {}, since, at: now },
    },
    approval.because,
    { verdicts, by: by?.person },
  );
}

/**
 * A person was asked. The operator does not merge from here even if everything
 * comes to hold by itself; it follows what people say and do, and what the
 * application does.
 */
export function decideAwaitingHumanReview(context: Reviewed): Decision {
  const { rollback, state, observation, now, policy, rules } = context;
  const ended = endedAround(context);
  if (ended) {
    return ended;
  }
  const verdicts = evaluate(rollback, observation, now, policy, rules);
  const goesOn = resumed(context, verdicts);
  if (goesOn?.transition) {
    return goesOn;
  }
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
  return (
    goesOn ??
    stay(context, `Waiting for a person: ${state.question}`, { verdicts })
  );
}
