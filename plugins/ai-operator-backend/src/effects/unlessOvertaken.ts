import { Effect } from '../core/effect';
import { EffectContext, Perform } from './types';

/**
 * Keeps back an effect that the rollback no longer wants.
 *
 * An effect may be carried out long after it was decided: after a crash, or
 * after retries. A merge decided then rests on verdicts that prove nothing any
 * more; it is not made, and the rollback is looked at again. Only what has
 * already happened is still finished, so that it is recognised as ours: the
 * process may have died between the merge and the note of it.
 */
export function unlessOvertaken(perform: Perform): Perform {
  return async (effect, context) => {
    const answer = await context.stillWanted(effect);
    if (answer.wanted || (await hasHappened(effect, context))) {
      return perform(effect, context);
    }
    return {
      kind: effect.kind,
      result: 'not_wanted',
      because: answer.because,
    };
  };
}

async function hasHappened(
  effect: Effect,
  { github, call }: EffectContext,
): Promise<boolean> {
  if (effect.kind !== 'merge_pull_request') {
    return false;
  }
  const { state } = await github.getPullRequest(
    effect.repository,
    effect.number,
    call,
  );
  return state === 'merged';
}
