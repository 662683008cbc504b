import { GitSource } from './application';
import { ResolvedCandidate } from './candidate';
import { OpenedPullRequest, RollbackState } from './rollback';

/** The pull request of a rollback, in the states that have one. */
export function pullRequestOf(
  state: RollbackState,
): OpenedPullRequest | undefined {
  return 'pullRequest' in state ? state.pullRequest : undefined;
}

/** The chosen target of a rollback, in the states that have one. */
export function targetOf(state: RollbackState): ResolvedCandidate | undefined {
  return 'target' in state ? state.target : undefined;
}

/** Repository, branch and manifest of a rollback, in the states that know them. */
export function sourceOf(state: RollbackState): GitSource | undefined {
  return 'source' in state ? state.source : undefined;
}
