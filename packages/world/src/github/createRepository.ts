import { ConflictError, InputError } from '@backstage/errors';
import { join } from 'node:path';
import { GitRepository } from '../git';
import { type CiRunner } from './ci/ciRunner';
import { newIssue } from './domain/issues';
import { RepositoryState } from './state/repository';
import { type GitHubState } from './state/state';
import {
  type CreatedRepository,
  type CreateRepositoryOptions,
  type SeedCommit,
} from './types';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** Creates a repository with its history, what CI said about it, and the pull requests it came from. */
export async function createRepository(
  state: GitHubState,
  ci: CiRunner,
  dataDir: string,
  options: CreateRepositoryOptions,
): Promise<{ repository: RepositoryState; created: CreatedRepository }> {
  const { owner, name } = options;
  const fullName = `${owner}/${name}`;
  if (!NAME.test(owner) || !NAME.test(name)) {
    throw new InputError(`Not a name for a repository: "${fullName}"`);
  }
  if (state.find(fullName)) {
    throw new ConflictError(`There is already a repository "${fullName}"`);
  }
  if (!state.accounts.get(owner)) {
    state.accounts.organization(owner);
  }
  const history = options.history ?? [];
  const git = await GitRepository.init(join(dataDir, owner, `${name}.git`), {
    fullName,
    defaultBranch: options.defaultBranch ?? 'main',
  });
  const imported = await git.importHistory(history);
  const repository = new RepositoryState({
    id: state.nextId(),
    owner,
    name,
    description: options.description,
    private: options.private ?? false,
    git,
    createdAt: history[0]?.date ?? state.now(),
    nextId: () => state.nextId(),
  });
  repository.pushedAt = history.reduce(
    (latest, commit) => Math.max(latest, commit.date),
    repository.createdAt,
  );
  for (const [branch, protection] of Object.entries(options.protection ?? {})) {
    repository.protection.set(branch, protection);
  }
  for (const [index, commit] of history.entries()) {
    const { sha, branch } = imported[index];
    ci.seed(repository, branch, sha, commit.date, commit.ci ?? 'success');
    await seedPull(state, repository, commit, branch, sha);
  }
  await git.createRefs(
    repository.pulls().map(({ number, pull }) => ({
      ref: `refs/pull/${number}/head`,
      sha: pull.headSha,
    })),
  );
  repository.nextNumber = Math.max(
    repository.nextNumber,
    options.nextNumber ?? 1,
  );
  state.add(repository);
  const commits = new Map(
    history.flatMap((commit, index) =>
      commit.key === undefined
        ? []
        : [[commit.key, imported[index].sha] as const],
    ),
  );
  return { repository, created: { fullName, git, commits } };
}

/** The pull request a commit of the history came in through, merged at the commit's date. */
async function seedPull(
  state: GitHubState,
  repository: RepositoryState,
  commit: SeedCommit,
  branch: string,
  sha: string,
): Promise<void> {
  const seed = commit.pullRequest;
  if (!seed) {
    return;
  }
  const subject = commit.message.split('\n')[0];
  const numbered = /\(#(\d+)\)$/.exec(subject)?.[1];
  const number = seed.number ?? (numbered ? Number(numbered) : undefined);
  if (number !== undefined && repository.issues.has(number)) {
    throw new InputError(
      `The history of ${repository.fullName} has two pull requests #${number}`,
    );
  }
  const parent = (await repository.git.commit(sha))?.parents[0] ?? sha;
  const issue = newIssue(state, repository, {
    title: seed.title ?? subject.replace(/ \(#\d+\)$/, ''),
    body: seed.body,
    author: seed.author,
    labels: seed.labels,
    number,
    at: commit.date - 3_600_000,
  });
  issue.state = 'closed';
  issue.updatedAt = commit.date;
  issue.closedAt = commit.date;
  issue.closedBy = seed.mergedBy ?? seed.author;
  issue.pull = {
    id: state.nextId(),
    headBranch: seed.headBranch ?? `change-${issue.number}`,
    headSha: sha,
    baseBranch: branch,
    baseSha: parent,
    draft: false,
    mergedAt: commit.date,
    mergedBy: seed.mergedBy ?? seed.author,
    mergeCommitSha: sha,
    reviews: [],
    requestedReviewers: [],
    requestedTeams: [],
    askedMergeable: undefined,
  };
  repository.issues.set(issue.number, issue);
  repository.linkCommit(sha, issue.number);
}
