import { NotFoundError } from '@backstage/errors';
import { type Router } from 'express';
import { type GitRepository } from '../git';
import { type Acting, asConflict, createActing, person } from './acting';
import { CiRunner } from './ci/ciRunner';
import { createRepository } from './createRepository';
import { closeIssue } from './domain/issues';
import { mergePull } from './domain/merge';
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
  type IssueSummary,
  type PullSummary,
  type RepositoryRefChange,
  type TokenControl,
} from './types';
import { type WebhookControl } from './webhooks/types';
import { Webhooks } from './webhooks/webhooks';

class SimulatedGitHub implements GitHubServer {
  readonly router: Router;
  readonly acting: Acting;
  readonly #state: GitHubState;
  readonly #webhooks: Webhooks;
  readonly #ci: CiRunner;
  readonly #dataDir: string;

  constructor(options: GitHubOptions) {
    this.#state = new GitHubState(options);
    this.#ci = new CiRunner(this.#state, options.ci);
    this.#dataDir = options.dataDir;
    this.#webhooks = new Webhooks(this.#state, {
      webhook: options.webhook,
      note: options.note ?? (() => undefined),
    });
    this.acting = createActing(this.#state);
    this.#state.onPullOpened((repository, pull) =>
      this.#ci.start(
        repository,
        pull.pull.headBranch,
        pull.pull.headSha,
        pull.author,
      ),
    );
    this.router = githubRouter(this.#state);
  }

  get ci(): CiControl {
    return this.#ci;
  }

  get tokens(): TokenControl {
    return this.#state.tokens;
  }

  get webhooks(): WebhookControl {
    return this.#webhooks;
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
      this.#state.follow(applyRefChange(this.#state, repository, change));
      this.#ci.push(repository, change);
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

  issues(fullName: string): IssueSummary[] {
    const repository = this.#state.repository(fullName);
    return [...repository.issues.values()]
      .filter(issue => !issue.pull)
      .map(issue => ({
        number: issue.number,
        title: issue.title,
        body: issue.body ?? '',
        state: issue.state,
        labels: [...issue.labels],
        author: issue.author,
        url: issueHtml(this.#state, repository, issue),
        comments: issue.comments.map(comment => ({
          id: comment.id,
          author: comment.author,
          body: comment.body,
          edited: comment.updatedAt !== comment.createdAt,
          reactions: comment.reactions.map(({ login, content }) => ({
            login,
            content,
          })),
        })),
      }))
      .reverse();
  }

  onRefChange(listener: (change: RepositoryRefChange) => void): () => void {
    return this.#state.onRefChange(listener);
  }

  protection(fullName: string, branch: string): BranchProtection | undefined {
    return this.#state.repository(fullName).protection.get(branch);
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
    const repository = this.#state.repository(fullName);
    const by = person(this.#state, byLogin);
    closeIssue(this.#state, repository, this.#pull(fullName, number), by);
  }

  async mergePullRequestAs(
    fullName: string,
    number: number,
    byLogin: string,
  ): Promise<{ sha: string }> {
    const repository = this.#state.repository(fullName);
    const by = person(this.#state, byLogin);
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
      throw asConflict(`${fullName}#${number} cannot be merged`, error);
    }
  }

  async approveAs(
    login: string,
    fullName: string,
    number: number,
    body = '',
  ): Promise<void> {
    this.acting.review(login, fullName, number, { event: 'APPROVE', body });
  }

  async commentAs(
    login: string,
    fullName: string,
    number: number,
    body: string,
  ): Promise<void> {
    this.acting.comment(login, fullName, number, body);
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
    await this.#webhooks.close();
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
}

/** Builds the simulated GitHub; nothing runs until a request or a repository comes. */
export function createGitHub(options: GitHubOptions): GitHubServer {
  return new SimulatedGitHub(options);
}
