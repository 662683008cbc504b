import { CiNow, CompetingPullRequest } from '../../core/observation';
import { ManifestAtHead, PullRequestNow } from '../../core/observation';
import {
  CallContext,
  GitHubPort,
  HistoryCommit,
  MergeResult,
  OpenPullRequestResult,
  PullRequestRequest,
} from '../../ports';
import { CallEnvironment, callExternal, CallName } from '../http';
import { getChecks } from './checks';
import { closePullRequest, CloseRequest } from './closePullRequest';
import { GitHubClient, RequestScope } from './GitHubClient';
import { listHistory } from './history';
import { mergePullRequest, MergeRequest } from './mergePullRequest';
import { openPullRequest } from './openPullRequest';
import { getPullRequest, listRollbackPullRequests } from './pullRequest';
import { IssueRequest, raiseIssue } from './raiseIssue';
import { readManifest } from './readManifest';
import { Repositories } from './repositories';
import { Viewers } from './viewer';

/** Audit names of the calls made here. */
export const GITHUB_CALLS = [
  'github.readRepositoryContent',
  'github.listCommits',
  'github.getPullRequestStatus',
  'github.getPullRequestChecks',
  'github.listOpenPullRequests',
  'github.createPullRequest',
  'github.mergePullRequest',
  'github.closePullRequest',
  'github.createIssue',
] as const;

/** The GitHub port over REST and GraphQL; each method is one call in the audit, whatever it takes. */
export class GitHub implements GitHubPort {
  readonly #client: GitHubClient;
  readonly #repositories: Repositories;
  readonly #environment: CallEnvironment;
  readonly #viewers: Viewers;

  constructor(
    client: GitHubClient,
    repositories: Repositories,
    environment: CallEnvironment,
  ) {
    this.#client = client;
    this.#repositories = repositories;
    this.#environment = environment;
    this.#viewers = new Viewers(client);
  }

  async readManifest(
    repository: string,
    branch: string,
    path: string,
    call: CallContext,
  ): Promise<ManifestAtHead> {
    return this.#call(
      'github.readRepositoryContent',
      { repository, branch, path },
      call,
      scope => readManifest(this.#client, scope, branch, path),
      ({ baseSha, content }) => ({ baseSha, characters: content.length }),
    );
  }

  async listHistory(
    request: Parameters<GitHubPort['listHistory']>[0],
    call: CallContext,
  ): Promise<{
    onBranch: boolean;
    commits: HistoryCommit[];
    truncated: boolean;
  }> {
    return this.#call(
      'github.listCommits',
      { ...request },
      call,
      scope => listHistory(this.#client, scope, request),
      ({ onBranch, commits, truncated }) => ({
        onBranch,
        commits: commits.length,
        truncated,
      }),
    );
  }

  async getPullRequest(
    repository: string,
    number: number,
    call: CallContext,
  ): Promise<PullRequestNow> {
    return this.#call(
      'github.getPullRequestStatus',
      { repository, number },
      call,
      scope => getPullRequest(this.#client, scope, number),
      ({ state, headSha, mergeableState, approvals }) => ({
        state,
        headSha,
        mergeableState,
        approvals,
      }),
    );
  }

  async getChecks(
    repository: string,
    baseBranch: string,
    headSha: string,
    call: CallContext,
  ): Promise<CiNow> {
    return this.#call(
      'github.getPullRequestChecks',
      { repository, baseBranch, headSha },
      call,
      scope => getChecks(this.#client, scope, baseBranch, headSha),
      ({ checks }) => ({
        checks: checks.map(({ name, required, state }) => ({
          name,
          required,
          state,
        })),
      }),
    );
  }

  async listRollbackPullRequests(
    repository: string,
    baseBranch: string,
    application: string,
    call: CallContext,
  ): Promise<CompetingPullRequest[]> {
    return this.#call(
      'github.listOpenPullRequests',
      { repository, baseBranch, application },
      call,
      scope =>
        listRollbackPullRequests(this.#client, scope, baseBranch, application),
      pulls => ({ numbers: pulls.map(pull => pull.number) }),
    );
  }

  async openPullRequest(
    request: PullRequestRequest,
    call: CallContext,
  ): Promise<OpenPullRequestResult> {
    const { repository, baseBranch, headBranch, title, labels } = request;
    return this.#call(
      'github.createPullRequest',
      {
        repository,
        baseBranch,
        headBranch,
        title,
        labels,
        baseSha: request.change.baseSha,
        files: request.change.files.map(file => file.path),
      },
      call,
      scope => openPullRequest(this.#client, scope, request),
      answer => answer,
    );
  }

  async mergePullRequest(
    request: MergeRequest & { repository: string },
    call: CallContext,
  ): Promise<MergeResult> {
    const { repository, number, headSha, commitTitle } = request;
    return this.#call(
      'github.mergePullRequest',
      { repository, number, headSha, commitTitle, method: 'squash' },
      call,
      scope =>
        mergePullRequest(this.#client, scope, request, () =>
          this.#viewers.login(scope),
        ),
      answer => answer,
    );
  }

  async closePullRequest(
    request: CloseRequest & { repository: string },
    call: CallContext,
  ): Promise<'closed' | 'already_closed' | 'already_merged'> {
    const { repository, number, comment, deleteBranch } = request;
    return this.#call(
      'github.closePullRequest',
      { repository, number, comment, deleteBranch },
      call,
      scope => closePullRequest(this.#client, scope, request),
      result => ({ result }),
    );
  }

  async raiseIssue(
    request: IssueRequest & { repository: string },
    call: CallContext,
  ): Promise<{ number: number; url: string }> {
    const { repository, title, labels } = request;
    return this.#call(
      'github.createIssue',
      { repository, title, labels },
      call,
      scope => raiseIssue(this.#client, scope, request),
      issue => issue,
    );
  }

  repositorySlug(cloneUrl: string): string | undefined {
    return this.#repositories.slugOf(cloneUrl);
  }

  commitUrl(repository: string, sha: string): string {
    return `${this.#repositories.resolve(repository).url}/commit/${sha}`;
  }

  async #call<T>(
    name: CallName,
    parameters: Record<string, unknown> & { repository: string },
    call: CallContext,
    attempt: (scope: RequestScope) => Promise<T>,
    summarize: (answer: T) => unknown,
  ): Promise<T> {
    return callExternal(
      { name, parameters, call, environment: this.#environment, summarize },
      async ({ signal }) =>
        attempt({
          repository: this.#repositories.resolve(parameters.repository),
          signal,
        }),
    );
  }
}
