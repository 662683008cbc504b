import { EffectOutcome } from '../core/effect';
import { EffectContext, EffectOf } from './types';

/** Opens the rollback's pull request, or adopts the one that is open already (RB-10); the port looks before each part. */
export async function openPullRequest(
  effect: EffectOf<'open_pull_request'>,
  { github, call }: EffectContext,
): Promise<EffectOutcome> {
  const { kind, source, change, headBranch, title, body, labels } = effect;
  const opened = await github.openPullRequest(
    {
      repository: source.repository,
      baseBranch: source.branch,
      headBranch,
      change,
      title,
      body,
      labels,
      commitMessage: effect.commitMessage,
    },
    call,
  );
  return { kind, ...opened };
}
