import { type RefChange } from '../../git';
import { type RepositoryState } from '../state/repository';
import { type GitHubState } from '../state/state';
import { closeIssue } from './issues';
import { recordMerge } from './merge';
import { setPullRef } from './pulls';
import { dismissStaleReviews } from './reviews';

const BRANCH = 'refs/heads/';
const TAG = 'refs/tags/';

/**
 * What a moved branch means for pull requests: those from it follow it (and
 * lose stale approvals), those from a deleted branch close, and those whose
 * head a push brought into their base are merged.
 */
export async function applyRefChange(
  state: GitHubState,
  repository: RepositoryState,
  change: RefChange,
): Promise<void> {
  if (change.ref.startsWith(BRANCH) || change.ref.startsWith(TAG)) {
    const { ref, before, after } = change;
    state.happened(repository, change.actor, {
      event: 'push',
      ref,
      before,
      after,
    });
  }
  if (!change.ref.startsWith(BRANCH)) {
    return;
  }
  repository.pushedAt = state.now();
  const branch = change.ref.slice(BRANCH.length);
  await followHead(state, repository, branch, change);
  await noticeMerges(state, repository, branch, change);
}

async function followHead(
  state: GitHubState,
  repository: RepositoryState,
  branch: string,
  change: RefChange,
): Promise<void> {
  for (const pull of repository.openPullsFrom(branch)) {
    const by = change.actor ?? pull.author;
    if (change.after === undefined) {
      closeIssue(state, repository, pull, by);
      continue;
    }
    const before = pull.pull.headSha;
    pull.pull.headSha = change.after;
    pull.updatedAt = state.now();
    state.happened(repository, by, {
      event: 'pull_request',
      action: 'synchronize',
      pull,
      before,
      after: change.after,
    });
    dismissStaleReviews(state, repository, pull, by);
    const base = await repository.git.resolve(
      `refs/heads/${pull.pull.baseBranch}`,
    );
    pull.pull.baseSha = base ?? pull.pull.baseSha;
    await setPullRef(repository, pull);
  }
}

async function noticeMerges(
  state: GitHubState,
  repository: RepositoryState,
  branch: string,
  change: RefChange,
): Promise<void> {
  if (change.after === undefined) {
    return;
  }
  const open = repository
    .pulls()
    .filter(pull => pull.state === 'open' && pull.pull.baseBranch === branch);
  for (const pull of open) {
    if (await repository.git.isAncestor(pull.pull.headSha, change.after)) {
      recordMerge(
        state,
        repository,
        pull,
        change.after,
        change.actor ?? pull.author,
      );
    }
  }
}
