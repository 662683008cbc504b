import { type Commit } from '../../git';
import { time } from '../represent/common';
import { fullRepository, repoHtml } from '../represent/repositories';
import { organizationSimple, ownerUser, simpleUser } from '../represent/users';
import { type RepositoryState } from '../state/repository';
import { type GitHubState } from '../state/state';

/** What every delivery says: where, and through whom. */
export function frame(
  state: GitHubState,
  repository: RepositoryState,
  by: string | undefined,
) {
  const organization = state.accounts.findOrganization(repository.owner);
  return {
    repository: repositoryOfHook(state, repository),
    ...(organization && {
      organization: organizationSimple(state, organization),
    }),
    sender:
      by === undefined
        ? ownerUser(state, repository.owner)
        : simpleUser(state, by),
  };
}

/** A repository as deliveries show it: to nobody in particular. */
export function repositoryOfHook(
  state: GitHubState,
  repository: RepositoryState,
) {
  const { permissions, ...rest } = fullRepository(state, repository, 'none');
  return rest;
}

/** A repository as pushes show it, in GitHub's older words. */
export function repositoryOfPush(
  state: GitHubState,
  repository: RepositoryState,
) {
  const seconds = (at: number) => Math.floor(at / 1000);
  return {
    ...repositoryOfHook(state, repository),
    owner: {
      name: repository.owner,
      email: null,
      ...ownerUser(state, repository.owner),
    },
    url: repoHtml(state, repository),
    created_at: seconds(repository.createdAt),
    updated_at: time(repository.pushedAt),
    pushed_at: seconds(repository.pushedAt),
    stargazers: 0,
    master_branch: repository.defaultBranch,
    organization: repository.owner,
  };
}

/** A commit as pushes show it. */
export async function commitOfPush(
  state: GitHubState,
  repository: RepositoryState,
  commit: Commit,
) {
  const files = commit.parents[0]
    ? await repository.git.diff(commit.parents[0], commit.sha)
    : [];
  const paths = (...kinds: string[]) =>
    files
      .filter(({ status }) => kinds.includes(status))
      .map(({ path }) => path);
  const who = (person: Commit['author']) => {
    const account = state.accounts.byEmail(person.email);
    return {
      name: person.name,
      email: person.email,
      ...(account && { username: account.login }),
    };
  };
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: time(commit.committer.date),
    url: `${repoHtml(state, repository)}/commit/${commit.sha}`,
    author: who(commit.author),
    committer: who(commit.committer),
    added: paths('added'),
    removed: paths('removed'),
    modified: paths('modified', 'renamed'),
  };
}
