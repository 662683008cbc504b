import { type Signature } from '../../git';
import { type Pull } from '../state/model';
import { type RepositoryState } from '../state/repository';
import { type GitHubState } from '../state/state';
import { type Permission } from '../types';
import { ApiError } from './apiError';
import { close, tellClosed } from './issues';
import { assess } from './mergeability';
import { bypasses, passesRestrictions } from './protection';
import { rebaseOnto } from './rebase';

const DOCS = 'https://docs.github.com/rest/pulls/pulls#merge-a-pull-request';

export type MergeMethod = 'merge' | 'squash' | 'rebase';

/**
 * Merges a pull request the way GitHub does.
 *
 * @param options.sha - head the caller saw
 * @returns the commit the base is now at
 * @throws ApiError 409 when the head moved; 405 when it is closed, a draft, in conflict or blocked
 */
export async function mergePull(
  state: GitHubState,
  repository: RepositoryState,
  pull: Pull,
  options: {
    by: string;
    permission: Permission;
    method: MergeMethod;
    sha?: string;
    title?: string;
    message?: string;
  },
): Promise<string> {
  return await repository.git.exclusively(async () => {
    if (pull.state === 'closed') {
      throw refused('Pull Request is not mergeable');
    }
    if (options.sha !== undefined && options.sha !== pull.pull.headSha) {
      throw new ApiError(
        409,
        'Head branch was modified. Review and try the merge again.',
        { documentationUrl: DOCS },
      );
    }
    await refuseObstacles(state, repository, pull, options);
    const ref = `refs/heads/${pull.pull.baseBranch}`;
    const base = await repository.git.resolve(ref);
    const sha =
      base && (await makeCommit(state, repository, pull, base, options));
    if (!base || !sha) {
      throw refused('Pull Request is not mergeable');
    }
    // Recorded first: whoever hears of the moved base must find it merged.
    markMerged(state, repository, pull, sha, options.by);
    let moved = false;
    try {
      const update = await repository.git.updateRef(ref, sha, {
        expected: base,
        actor: options.by,
      });
      moved = update.kind === 'updated';
    } finally {
      if (!moved) {
        undoMerge(pull);
      }
    }
    if (!moved) {
      throw refused(
        'Base branch was modified. Review and try the merge again.',
      );
    }
    tellClosed(state, repository, pull, options.by);
    return sha;
  });
}

async function refuseObstacles(
  state: GitHubState,
  repository: RepositoryState,
  pull: Pull,
  options: { by: string; permission: Permission; method: MergeMethod },
): Promise<void> {
  const { baseBranch } = pull.pull;
  const protection = repository.protection.get(baseBranch);
  const mergeability = await assess(state, repository, pull);
  if (mergeability.state === 'draft') {
    throw refused('Pull Request is still a draft');
  }
  if (!mergeability.mergeable) {
    throw refused('Pull Request is not mergeable');
  }
  if (bypasses(protection, options.permission)) {
    return;
  }
  if (protection?.mergeQueue) {
    throw refused('Changes must be made through the merge queue');
  }
  if (!passesRestrictions(state, repository, baseBranch, options.by)) {
    throw refused('You are not authorized to push to this branch.');
  }
  if (protection?.requireLinearHistory && options.method === 'merge') {
    throw refused('Merge commits are not allowed on this repository.');
  }
  if (mergeability.problems.length > 0) {
    throw refused(mergeability.problems.join(' '));
  }
}

async function makeCommit(
  state: GitHubState,
  repository: RepositoryState,
  pull: Pull,
  base: string,
  options: {
    by: string;
    method: MergeMethod;
    title?: string;
    message?: string;
  },
): Promise<string | undefined> {
  const { git } = repository;
  const { headSha, headBranch } = pull.pull;
  const committer: Signature = {
    name: 'GitHub',
    email: 'noreply@github.com',
    date: state.now(),
  };
  if (options.method === 'rebase') {
    return await rebaseOnto(git, base, headSha, committer);
  }
  const merge = await git.mergeTrees(base, headSha);
  if (merge.kind === 'conflict') {
    return undefined;
  }
  const squash = options.method === 'squash';
  const title =
    options.title ??
    (squash
      ? `${pull.title} (#${pull.number})`
      : `Merge pull request #${pull.number} from ${repository.owner}/${headBranch}`);
  const body =
    options.message ??
    (squash ? await squashBody(repository, base, headSha) : pull.title);
  return await git.writeCommit({
    tree: merge.tree,
    parents: squash ? [base] : [base, headSha],
    message: body ? `${title}\n\n${body}` : title,
    author: signatureOf(state, squash ? pull.author : options.by),
    committer,
  });
}

/** A lone commit's own text, or the list of what was squashed. */
async function squashBody(
  repository: RepositoryState,
  base: string,
  head: string,
): Promise<string> {
  const comparison = await repository.git.compare(base, head);
  const commits = comparison?.commits ?? [];
  if (commits.length === 1) {
    return commits[0].message.split('\n').slice(1).join('\n').trim();
  }
  return commits.map(commit => `* ${commit.message}`).join('\n\n');
}

export function signatureOf(state: GitHubState, login: string): Signature {
  const account = state.accounts.get(login);
  return {
    name: account?.name ?? login,
    email: account?.email ?? `${login}@users.noreply.github.com`,
    date: state.now(),
  };
}

/** Records that a push brought a pull request's head into its base. */
export function recordMerge(
  state: GitHubState,
  repository: RepositoryState,
  pull: Pull,
  sha: string,
  by: string,
): void {
  markMerged(state, repository, pull, sha, by);
  tellClosed(state, repository, pull, by);
}

function markMerged(
  state: GitHubState,
  repository: RepositoryState,
  pull: Pull,
  sha: string,
  by: string,
): void {
  close(state, pull, by, undefined);
  pull.pull.mergedAt = state.now();
  pull.pull.mergedBy = by;
  pull.pull.mergeCommitSha = sha;
  repository.linkCommit(sha, pull.number);
}

function undoMerge(pull: Pull) {
  pull.state = 'open';
  pull.closedAt = undefined;
  pull.closedBy = undefined;
  pull.pull.mergedAt = undefined;
  pull.pull.mergedBy = undefined;
  pull.pull.mergeCommitSha = undefined;
}

function refused(message: string): ApiError {
  return new ApiError(405, message, { documentationUrl: DOCS });
}
