import { Effect } from '../../effect';
import { mergeKey } from '../../effectKeys';
import { VerdictSet } from '../../rollback';
import { verdictLines } from '../../verdictLines';
import { Context, StateNamed } from '../context';

/** The squash merge that names its head (I8), with the verdicts it was decided on in its message. */
export function mergeEffect(
  { rollback, state, policy }: Context<StateNamed<'AwaitingMergeApproval'>>,
  attempt: number,
  verdicts: VerdictSet,
): Effect {
  const { pullRequest, source, target } = state;
  return {
    key: mergeKey(rollback, attempt),
    kind: 'merge_pull_request',
    repository: source.repository,
    number: pullRequest.number,
    headSha: pullRequest.headSha,
    baseBranch: pullRequest.baseBranch,
    holdLabel: policy.holdLabel,
    commitTitle: `${pullRequest.title} (#${pullRequest.number})`,
    commitMessage: `Rolls ${rollback.application.name} back from ${
      rollback.currentRevision
    } to ${target.sha}.

${
  verdicts.approval ? `Approval: ${verdicts.approval.because}.\n\n` : ''
}Merged by AI Operator; at that moment:
${verdictLines(verdicts).join('\n')}

Correlation-ID: ${rollback.correlationId}`,
  };
}
