import { type Commit, type FileDiff, type Signature } from '../../git';
import { type RepositoryState } from '../state/repository';
import { type GitHubState } from '../state/state';
import { nodeId, time, urlPath } from './common';
import { repoApi, repoHtml } from './repositories';
import { simpleUser } from './users';

const UNSIGNED = {
  verified: false,
  reason: 'unsigned',
  signature: null,
  payload: null,
  verified_at: null,
};

function person(signature: Signature) {
  return {
    name: signature.name,
    email: signature.email,
    date: time(signature.date),
  };
}

function linkedUser(state: GitHubState, signature: Signature) {
  const account = state.accounts.byEmail(signature.email);
  return account ? simpleUser(state, account.login) : null;
}

/** `commit`, without what it changed. */
export function commitBody(
  state: GitHubState,
  repository: RepositoryState,
  commit: Commit,
) {
  const api = repoApi(state, repository);
  const html = repoHtml(state, repository);
  return {
    sha: commit.sha,
    node_id: nodeId('Commit', commit.sha),
    commit: {
      author: person(commit.author),
      committer: person(commit.committer),
      message: commit.message,
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      url: `${api}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: UNSIGNED,
    },
    url: `${api}/commits/${commit.sha}`,
    html_url: `${html}/commit/${commit.sha}`,
    comments_url: `${api}/commits/${commit.sha}/comments`,
    author: linkedUser(state, commit.author),
    committer: linkedUser(state, commit.committer),
    parents: parents(state, repository, commit),
  };
}

function parents(
  state: GitHubState,
  repository: RepositoryState,
  commit: Commit,
) {
  return commit.parents.map(sha => ({
    sha,
    url: `${repoApi(state, repository)}/commits/${sha}`,
    html_url: `${repoHtml(state, repository)}/commit/${sha}`,
  }));
}

/** `commit` with what it changed. */
export function commitWithFiles(
  state: GitHubState,
  repository: RepositoryState,
  commit: Commit,
  files: FileDiff[],
) {
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return {
    ...commitBody(state, repository, commit),
    stats: { total: additions + deletions, additions, deletions },
    files: files.map(file => diffEntry(state, repository, commit.sha, file)),
  };
}

/** `diff-entry`. */
export function diffEntry(
  state: GitHubState,
  repository: RepositoryState,
  sha: string,
  file: FileDiff,
) {
  const path = urlPath(file.path);
  const html = repoHtml(state, repository);
  return {
    sha: file.sha,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${html}/blob/${sha}/${path}`,
    raw_url: `${html}/raw/${sha}/${path}`,
    contents_url: `${repoApi(state, repository)}/contents/${path}?ref=${sha}`,
    ...(file.patch === undefined ? {} : { patch: file.patch }),
    ...(file.previousPath === undefined
      ? {}
      : { previous_filename: file.previousPath }),
  };
}

/** `git-commit`: the object of the git data API. */
export function gitCommit(
  state: GitHubState,
  repository: RepositoryState,
  commit: Commit,
) {
  const api = repoApi(state, repository);
  return {
    sha: commit.sha,
    node_id: nodeId('Commit', commit.sha),
    url: `${api}/git/commits/${commit.sha}`,
    html_url: `${repoHtml(state, repository)}/commit/${commit.sha}`,
    author: person(commit.author),
    committer: person(commit.committer),
    tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
    message: commit.message,
    parents: commit.parents.map(sha => ({
      sha,
      url: `${api}/git/commits/${sha}`,
      html_url: `${repoHtml(state, repository)}/commit/${sha}`,
    })),
    verification: UNSIGNED,
  };
}

/** `git-ref`. */
export function gitRef(
  state: GitHubState,
  repository: RepositoryState,
  ref: string,
  object: { sha: string; type: string },
) {
  const api = repoApi(state, repository);
  return {
    ref,
    node_id: nodeId('Ref', `${repository.id}:${ref}`),
    url: `${api}/git/${urlPath(ref)}`,
    object: {
      sha: object.sha,
      type: object.type,
      url: `${api}/git/${object.type}s/${object.sha}`,
    },
  };
}
