import { EffectOutcome } from '../core/effect';
import { EffectContext, EffectOf } from './types';

/** Merges exactly the head the verdicts spoke of; GitHub refuses any other. */
export async function mergePullRequest(
  effect: EffectOf<'merge_pull_request'>,
  { github, call }: EffectContext,
): Promise<EffectOutcome> {
  const { kind, key: _key, ...request } = effect;
  return { kind, ...(await github.mergePullRequest(request, call)) };
}
