import {
  Environment,
  OperatorMode,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { Effect } from '../core/effect';
import { Perform } from './types';

function wouldHave(effect: Exclude<Effect, { kind: 'publish_event' }>): string {
  switch (effect.kind) {
    case 'open_pull_request':
      return `opened pull request "${effect.title}" from ${effect.headBranch} to ${effect.source.branch} in ${effect.source.repository}`;
    case 'merge_pull_request':
      return `merged #${effect.number} of ${effect.repository} at ${effect.headSha}`;
    case 'close_pull_request':
      return `closed #${effect.number} of ${effect.repository}`;
    case 'escalate':
      return effect.repository === undefined
        ? `escalated "${effect.title}"`
        : `raised issue "${effect.title}" in ${effect.repository}`;
    case 'close_issue':
      return `closed the escalation issue in ${
        effect.repository ?? 'no repository'
      }`;
    case 'answer_comment':
      return `answered a comment on issue #${effect.issueNumber} of ${effect.repository}`;
    case 'notify':
      return `told people "${effect.title}"`;
    case 'page':
      return `called the pager: "${effect.summary}"`;
    default: {
      const never: never = effect;
      throw new Error(`Unknown effect ${JSON.stringify(never)}`);
    }
  }
}

/**
 * Mode `observe`: says what would have been done and does nothing outside.
 * The only place that knows of this mode on the way out. Events are still
 * published, because they tell what the operator saw and decided.
 */
export function dryRun(
  perform: Perform,
  modes: Record<Environment, OperatorMode>,
): Perform {
  return async (effect, context) => {
    const { environment } = context.subject;
    if (modes[environment] !== 'observe' || effect.kind === 'publish_event') {
      return perform(effect, context);
    }
    return {
      kind: effect.kind,
      result: 'dry_run',
      because: `The operator only observes ${environment}; it would have ${wouldHave(
        effect,
      )}`,
    };
  };
}
