import { Rollback } from '../rollback';

/**
 * What GitHub still demands before it lets the pull request be merged, as of
 * the latest evaluation; empty when nothing, or when nobody has looked yet.
 */
export function githubDemands({ verdicts, state }: Rollback): string[] {
  const isOpen =
    state.name === 'PRCreated' ||
    state.name === 'AwaitingMergeApproval' ||
    state.name === 'AwaitingHumanReview';
  if (!verdicts || !isOpen) {
    return [];
  }
  const allows = verdicts.invariants.find(
    ({ id }) => id === 'I8_branch_protection',
  );
  return allows === undefined || allows.result === 'holds'
    ? []
    : [allows.because];
}
