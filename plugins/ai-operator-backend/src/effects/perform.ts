import { Effect, EffectOutcome } from '../core/effect';
import { answerComment } from './answerComment';
import { closeIssue } from './closeIssue';
import { closePullRequest } from './closePullRequest';
import { escalate } from './escalate';
import { mergePullRequest } from './mergePullRequest';
import { notify } from './notify';
import { openPullRequest } from './openPullRequest';
import { page } from './page';
import { publishEvent } from './publishEvent';
import { EffectContext } from './types';

/** Carries out one effect: looks first, then acts, so that doing it twice changes nothing. */
export async function perform(
  effect: Effect,
  context: EffectContext,
): Promise<EffectOutcome> {
  switch (effect.kind) {
    case 'open_pull_request':
      return openPullRequest(effect, context);
    case 'merge_pull_request':
      return mergePullRequest(effect, context);
    case 'close_pull_request':
      return closePullRequest(effect, context);
    case 'escalate':
      return escalate(effect, context);
    case 'close_issue':
      return closeIssue(effect, context);
    case 'answer_comment':
      return answerComment(effect, context);
    case 'notify':
      return notify(effect, context);
    case 'page':
      return page(effect, context);
    case 'publish_event':
      return publishEvent(effect, context);
    default: {
      const never: never = effect;
      throw new Error(`Unknown effect ${JSON.stringify(never)}`);
    }
  }
}
