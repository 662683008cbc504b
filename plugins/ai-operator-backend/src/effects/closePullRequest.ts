import { EffectOutcome } from '../core/effect';
import { EffectContext, EffectOf } from './types';

/** Says why, once, and closes (AC-07). The marker is how the comment is found again. */
export async function closePullRequest(
  effect: EffectOf<'close_pull_request'>,
  { github, call, subject }: EffectContext,
): Promise<EffectOutcome> {
  const { kind, repository, number, comment, deleteBranch } = effect;
  const result = await github.closePullRequest(
    {
      repository,
      number,
      comment,
      deleteBranch,
      marker: `ai-operator:${subject.correlationId}:close`,
    },
    call,
  );
  return { kind, result };
}
