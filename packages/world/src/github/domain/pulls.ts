import { isPull, type Pull } from '../state/model';
import { type RepositoryState } from '../state/repository';
import { type GitHubState } from '../state/state';
import { validationFailed } from './apiError';
import { newIssue, reopenIssue } from './issues';

/**
 * Opens a pull request from one branch of the repository to another.
 *
 * @throws ApiError 422 as GitHub: unknown head or base, nothing between them, or already open
 */
export async function openPull(
  state: GitHubState,
  repository: RepositoryState,
  options: {
    title: string;
    body: string | undefined;
    /** `branch` or `owner:branch`. */
    head: string;
    base: string;
    draft: boolean;
    author: string;
  },
): Promise<Pull> {
  const headBranch = ownBranch(repository, options.head);
  const headSha =
    headBranch && (await repository.git.resolve(`refs/heads/${headBranch}`));
  if (!headBranch || !headSha) {
    throw validationFailed({
      resource: 'PullRequest',
      field: 'head',
      code: 'invalid',
    });
  }
  const baseSha = await repository.git.resolve(`refs/heads/${options.base}`);
  if (!baseSha) {
    throw validationFailed({
      resource: 'PullRequest',
      field: 'base',
      code: 'invalid',
    });
  }
  const there = repository
    .openPullsFrom(headBranch)
    .some(({ pull }) => pull.baseBranch === options.base);
  if (there) {
    throw validationFailed({
      resource: 'PullRequest',
      code: 'custom',
      message: `A pull request already exists for ${repository.owner}:${headBranch}.`,
    });
  }
  if (await repository.git.isAncestor(headSha, baseSha)) {
    throw validationFailed({
      resource: 'PullRequest',
      code: 'custom',
      message: `No commits between ${options.base} and ${headBranch}`,
    });
  }
  const issue = newIssue(state, repository, options);
  issue.pull = {
    id: state.nextId(),
    headBranch,
    headSha,
    baseBranch: options.base,
    baseSha,
    draft: options.draft,
    mergedAt: undefined,
    mergedBy: undefined,
    mergeCommitSha: undefined,
    reviews: [],
    requestedReviewers: [],
    requestedTeams: [],
    askedMergeable: undefined,
  };
  if (!isPull(issue)) {
    throw new Error('A pull request has details');
  }
  repository.issues.set(issue.number, issue);
  await setPullRef(repository, issue);
  return issue;
}

function ownBranch(
  repository: RepositoryState,
  head: string,
): string | undefined {
  const colon = head.indexOf(':');
  if (colon < 0) {
    return head;
  }
  return head.slice(0, colon).toLowerCase() === repository.owner.toLowerCase()
    ? head.slice(colon + 1)
    : undefined;
}

/** Keeps `refs/pull/<n>/head` where the pull request is, as GitHub does. */
export async function setPullRef(
  repository: RepositoryState,
  pull: Pull,
): Promise<void> {
  await repository.git.updateRef(
    `refs/pull/${pull.number}/head`,
    pull.pull.headSha,
  );
}

/** @throws ApiError 422 when it cannot be opened again */
export async function reopenPull(
  state: GitHubState,
  repository: RepositoryState,
  pull: Pull,
  by: string,
): Promise<void> {
  const head = await repository.git.resolve(
    `refs/heads/${pull.pull.headBranch}`,
  );
  if (pull.pull.mergedAt !== undefined || !head) {
    throw validationFailed({
      resource: 'PullRequest',
      field: 'state',
      code: 'invalid',
      message: `state cannot be changed. ${
        head
          ? 'The pull request was merged.'
          : `The ${pull.pull.headBranch} branch has been deleted.`
      }`,
    });
  }
  pull.pull.headSha = head;
  reopenIssue(state, repository, pull, by);
  await setPullRef(repository, pull);
}

/** A merged pull request is compared with what its base was, not with what it became. */
export async function compared(repository: RepositoryState, pull: Pull) {
  const base =
    pull.pull.mergedAt === undefined
      ? await repository.git.resolve(`refs/heads/${pull.pull.baseBranch}`)
      : undefined;
  return await repository.git.compare(
    base ?? pull.pull.baseSha,
    pull.pull.headSha,
  );
}
