import { Decision, Observation, PersonRef, Policy, Rollback } from '../core';
import { approverOf } from '../core/approval/judgeApproval';

function hadApproval({ verdicts }: Rollback, headSha: string | undefined) {
  return verdicts?.approval?.result === 'holds' && verdicts.headSha === headSha;
}

/**
 * Whose review on GitHub has just become the approval a rollback goes on with;
 * undefined where there is none, where it was so before, or where they said it
 * in the portal or on the issue.
 */
export function newReviewApproval(
  rollback: Rollback,
  decision: Decision,
  observation: Observation,
  now: number,
  policy: Policy,
): PersonRef | undefined {
  const { transition, verdicts } = decision;
  const isAnswer = transition === 'person_approved';
  const isNew =
    isAnswer ||
    (verdicts?.approval?.result === 'holds' &&
      !hadApproval(rollback, verdicts.headSha));
  if (!isNew) {
    return undefined;
  }
  // What was said before the question does not answer it.
  const since = isAnswer ? rollback.state.enteredAt : 0;
  const approver = approverOf(rollback, observation, now, policy, since);
  return approver?.source === 'review' ? approver.person : undefined;
}
