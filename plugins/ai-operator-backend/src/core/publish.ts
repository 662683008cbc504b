import {
  EventName,
  EventPayloads,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { GitSource } from './application';
import { Effect } from './effect';
import { eventKey } from './effectKeys';
import { OpenedPullRequest, Proposed, Rollback } from './rollback';

/** The effect that publishes an event, with exactly the payload that belongs to its name. */
export function publish<N extends EventName>(
  rollback: Pick<Rollback, 'correlationId' | 'version'>,
  name: N,
  payload: EventPayloads[N],
): Effect {
  // The compiler does not see that a name and its own payload are one of the pairs of the union.
  return {
    key: eventKey(rollback, name),
    kind: 'publish_event',
    name,
    payload,
  } as Effect;
}

/** How events name a pull request. */
export function pullRequestFacts(
  source: GitSource,
  { number, url, headSha }: OpenedPullRequest,
) {
  return { repository: source.repository, number, url, headSha };
}

/** How events name a pull request and what it changes. */
export function proposalFacts(
  { currentRevision }: Pick<Rollback, 'currentRevision'>,
  state: Pick<Proposed, 'source' | 'pullRequest' | 'target'>,
) {
  return {
    ...pullRequestFacts(state.source, state.pullRequest),
    currentRevision,
    targetRevision: state.target.sha,
  };
}
