import { Decision } from '../../decision';
import { Effect } from '../../effect';
import { escalation } from '../../explain/escalation';
import { VerdictSet } from '../../rollback';
import { move } from '../answers';
import { Context, StateNamed } from '../context';

/** Hands the decision to a person, with the question that only they can answer. */
export function askPerson(
  context: Context<StateNamed<'AwaitingMergeApproval'>>,
  question: string,
  verdicts: VerdictSet,
  effects: Effect[] = [],
): Decision {
  const { rollback, state, application, now, policy } = context;
  const {
    source,
    target,
    confirmedAt,
    currentDeployedAt,
    change,
    pullRequest,
  } = state;
  const next: StateNamed<'AwaitingHumanReview'> = {
    name: 'AwaitingHumanReview',
    enteredAt: now,
    source,
    target,
    confirmedAt,
    currentDeployedAt,
    change,
    pullRequest,
    question,
  };
  const asked = escalation(
    {
      rollback,
      next,
      reason: 'NEEDS_HUMAN_REVIEW',
      because: question,
      application,
      verdicts,
    },
    now,
    policy,
  );
  return {
    ...move(context, 'person_needed', next, question, {
      verdicts,
      effects: [...effects, asked.effect],
    }),
    escalation: asked.stored,
  };
}
