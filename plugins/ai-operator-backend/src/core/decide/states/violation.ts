import { Effect } from '../../effect';
import { proposalFacts } from '../../publish';
import { VerdictSet } from '../../rollback';
import { brokenInvariants, event } from '../answers';
import { Context, StateNamed } from '../context';

/** The event that names the invariants that broke when it was time to merge; nothing where none did. */
export function violation(
  context: Context<StateNamed<'AwaitingMergeApproval'>>,
  verdicts: VerdictSet,
): Effect[] {
  const { rollback, state } = context;
  const broken = brokenInvariants(verdicts).filter(
    // In production I1 is broken by definition, and the approval takes its place (SPEC §6).
    ({ id }) =>
      !(id === 'I1_environment' && rollback.environment === 'production'),
  );
  return broken.length === 0
    ? []
    : [
        event(context, 'merge.invariant_violation', {
          ...proposalFacts(rollback, state),
          invariants: broken.map(({ id, because }) => ({ id, because })),
        }),
      ];
}
