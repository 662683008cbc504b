import { EffectOutcome } from '../core/effect';
import { EffectContext, EffectOf } from './types';

/**
 * Merges exactly the head the verdicts spoke of, and only while they are fresh.
 *
 * An effect may be carried out long after it was decided: after a crash, or
 * after retries. Then the verdicts of that time prove nothing any more, and the
 * merge is withheld until the rollback has been looked at again. A merge that
 * did go through before the crash is still recognised as ours.
 */
export async function mergePullRequest(
  effect: EffectOf<'merge_pull_request'>,
  context: EffectContext,
): Promise<EffectOutcome> {
  const { kind, key: _, ...request } = effect;
  const { github, call } = context;
  const clearance = await context.clearance(effect);
  if (clearance.result === 'withheld') {
    const now = await github.getPullRequest(
      request.repository,
      request.number,
      call,
    );
    if (now.state !== 'merged') {
      return {
        kind,
        result: 'refused',
        because: clearance.because,
        headMoved: now.headSha !== request.headSha,
      };
    }
  }
  return { kind, ...(await github.mergePullRequest(request, call)) };
}
