import { ConflictError, NotFoundError } from '@backstage/errors';
import { type Router } from 'express';
import { type GitRepository } from '../git';
import { CiRunner } from './ci/ciRunner';
import { createRepository } from './createRepository';
import { ApiError } from './domain/apiError';
import { addComment, closeIssue } from './domain/issues';
import { mergePull } from './domain/merge';
import { submitReview } from './domain/pulls';
import { applyRefChange } from './domain/refChanges';
import { issueHtml } from './represent/issues';
import { githubRouter } from './router';
import { type Pull } from './state/model';
import { GitHubState } from './state/state';
import {
  type BranchProtection,
  type CiControl,
  type CreatedRepository,
  type CreateRepositoryOptions,
  type GitHubOptions,
  type GitHubServer,
  type PullSummary,
  type RepositoryRefChange,
  type TokenControl,
} from './types';

class SimulatedGitHub implements GitHubServer {
  readonly router: Router;
  readonly #state: GitHubState;
  readonly #ci: CiRunner;
  readonly #dataDir: string;

  constructor(options: GitHubOptions) {
    this.#state = new GitHubState(options);
    this.#ci = new CiRunner(this.#state, options.ci);
    this.#dataDir = options.dataDir;
    this.#state.onPullOpened((repository, pull) =>
      this.#ci.start(repository, pull.pull.headBranch, pull.pull.headSha),
    );
    this.router = githubRouter(this.#state);
  }

  get ci(): CiControl {
    return this.#ci;
  }

  get tokens(): TokenControl {
    return this.#state.tokens;
  }

  async createRepository(
    options: CreateRepositoryOptions,
  ): Promise<CreatedRepository> {
    const { repository, created } = await createRepository(
      this.#state,
      this.#ci,
      this.#dataDir,
      options,
    );
    repository.git.onRefChange(change => {
      this.#ci.push(repository, change);
      this.#state.follow(applyRefChange(this.#state, repository, change));
      this.#state.announce({ ...change, fullName: repository.fullName });
    });
    return created;
  }

  repository(fullName: string): { fullName: string; git: GitRepository } {
    const repository = this.#state.repository(fullName);
    return { fullName: repository.fullName, git: repository.git };
  }

  repositories(): string[] {
    return this.#state.repositories().map(({ fullName }) => fullName);
  }

  pulls(fullName: string): PullSummary[] {
    const repository = this.#state.repository(fullName);
    return repository.pulls().map(pull => ({
      number: pull.number,
      title: pull.title,
      state: pull.state,
      merged: pull.pull.mergedAt !== undefined,
      headBranch: pull.pull.headBranch,
      headSha: pull.pull.headSha,
      baseBranch: pull.pull.baseBranch,
      mergeCommitSha: pull.pull.mergeCommitSha,
      labels: [...pull.labels],
      author: pull.author,
      url: issueHtml(this.#state, repository, pull),
    }));
  }

  onRefChange(listener: (change: RepositoryRefChange) => void): () => void {
    return this.#state.onRefChange(listener);
  }

  setProtection(
    fullName: string,
    branch: string,
    protection: BranchProtection | undefined,
  ): void {
    const repository = this.#state.repository(fullName);
    if (protection) {
      repository.protection.set(branch, protection);
    } else {
      repository.protection.delete(branch);
    }
  }

  async closePullRequest(
    fullName: string,
    number: number,
    byLogin: string,
  ): Promise<void> {
    closeIssue(this.#state, this.#pull(fullName, number), this.#login(byLogin));
  }

  async mergePullRequestAs(
    fullName: string,
    number: number,
    byLogin: string,
  ): Promise<{ sha: string }> {
    const repository = this.#state.repository(fullName);
    const by = this.#login(byLogin);
    await this.#state.settled();
    try {
      const sha = await mergePull(
        this.#state,
        repository,
        this.#pull(fullName, number),
        {
          by,
          permission: this.#state.accounts.permission(by, repository.owner),
          method: 'squash',
        },
      );
      await this.#state.settled();
      return { sha };
    } catch (error) {
      if (error instanceof ApiError) {
        throw new ConflictError(
          `${fullName}#${number} cannot be merged: ${error.message}`,
          error,
        );
      }
      throw error;
    }
  }

  async approveAs(
    login: string,
    fullName: string,
    number: number,
    body = '',
  ): Promise<void> {
    submitReview(this.#state, this.#pull(fullName, number), {
      author: this.#login(login),
      event: 'APPROVE',
      body,
    });
  }

  async commentAs(
    login: string,
    fullName: string,
    number: number,
    body: string,
  ): Promise<void> {
    const issue = this.#state.repository(fullName).issues.get(number);
    if (!issue) {
      throw new NotFoundError(`${fullName} has no issue #${number}`);
    }
    addComment(this.#state, issue, this.#login(login), body);
  }

  async moveBranch(fullName: string, branch: string): Promise<string> {
    const repository = this.#state.repository(fullName);
    const at = this.#state.now();
    const head = await repository.git.resolve(`refs/heads/${branch}`);
    if (!head) {
      throw new NotFoundError(`${fullName} has no branch "${branch}"`);
    }
    const notes = await repository.git.readFile(head, 'docs/notes.md');
    const sha = await repository.git.commitFiles({
      branch,
      files: {
        'docs/notes.md': `${notes?.toString() ?? '# Notes\n'}\n- ${new Date(
          at,
        ).toISOString()}: meeting notes filed.\n`,
      },
      message: 'File meeting notes',
      author: { name: 'Dana Writer', email: 'dana@example.com', date: at },
    });
    await this.#state.settled();
    return sha;
  }

  setRateLimit(token: string, remaining: number | undefined): void {
    this.#state.limits.set(`token ${token}`, remaining);
  }

  setSecondaryLimit(token: string, durationMs: number): void {
    this.#state.limits.setSecondary(`token ${token}`, durationMs);
  }

  async close(): Promise<void> {
    this.#ci.close();
    await this.#state.settled();
    await Promise.all(this.#state.repositories().map(({ git }) => git.close()));
  }

  #pull(fullName: string, number: number): Pull {
    const pull = this.#state.repository(fullName).pull(number);
    if (!pull) {
      throw new NotFoundError(`${fullName} has no pull request #${number}`);
    }
    return pull;
  }

  #login(login: string): string {
    const account = this.#state.accounts.get(login);
    if (!account) {
      throw new NotFoundError(`"${login}" is none of the people`);
    }
    return account.login;
  }
}

/** Builds the simulated GitHub; nothing runs until a request or a repository comes. */
export function createGitHub(options: GitHubOptions): GitHubServer {
  return new SimulatedGitHub(options);
}
