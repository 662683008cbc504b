import { Decision } from '../../decision';
import { escalation } from '../../explain/escalation';
import { VerdictSet } from '../../rollback';
import { move } from '../answers';
import { Context, proposalOf, StateNamed } from '../context';
import { violation } from './violation';

/** Hands the decision to a person, with the question that only they can answer; events name the invariants that broke. */
export function askPerson(
  context: Context<StateNamed<'AwaitingMergeApproval'>>,
  question: string,
  verdicts: VerdictSet,
): Decision {
  const { rollback, state, application, now, policy } = context;
  const next: StateNamed<'AwaitingHumanReview'> = {
    name: 'AwaitingHumanReview',
    enteredAt: now,
    ...proposalOf(state),
    question,
    heldBy: verdicts.guards.flatMap(({ id, result }) =>
      result === 'broken' ? [id] : [],
    ),
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
      effects: [...violation(context, verdicts), ...asked.effects],
    }),
    escalation: asked.stored,
  };
}
