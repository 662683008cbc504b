import { CiNow, CompetingPullRequest } from '../../core/observation';
import { ManifestAtHead, PullRequestNow } from '../../core/observation';
import {
  CallContext,
  GitHubPort,
  HistoryCommit,
  IssueComment,
  MergeResult,
  OpenPullRequestResult,
  PullRequestRequest,
  PullRequestReviews,
  Review,
  SubmitReviewResult,
} from '../../ports';
import { CallEnvironment, callExternal, CallName } from '../http';
import { answerComment, AnswerRequest } from './answerComment';
import { BranchDemands } from './BranchDemands';
import { getChecks } from './checks';
import { closeIssue, CloseIssueRequest } from './closeIssue';
import { closePullRequest, CloseRequest } from './closePullRequest';
import { getReviews } from './getReviews';
import { GitHubClient } from './GitHubClient';
import { listHistory } from './history';
import { listIssueComments } from './listIssueComments';
import { listTeamMembers } from './listTeamMembers';
import { mergePullRequest, MergeRequest } from './mergePullRequest';
import { openPullRequest } from './openPullRequest';
import { getPullRequest, listRollbackPullRequests } from './pullRequest';
import { IssueRequest, raiseIssue } from './raiseIssue';
import { readManifest } from './readManifest';
import { Repositories } from './repositories';
import { RequestBudget } from './RequestBudgets';
import { RequestScope } from './scope';
import { submitReview, SubmitReviewRequest } from './submitReview';
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
  'github.listReviews',
  'github.listIssueComments',
  'github.answerComment',
  'github.closeIssue',
  'github.submitReview',
  'github.listTeamMembers',
] as const;

/** The GitHub port over REST and GraphQL; each method is one call in the audit, whatever it takes. */
export class GitHub implements GitHubPort {
  readonly #client: GitHubClient;
  readonly #repositories: Repositories;
  readonly #environment: CallEnvironment;
  readonly #viewers: Viewers;
  readonly #demands: BranchDemands;

  constructor(
    client: GitHubClient,
    repositories: Repositories,
    environment: CallEnvironment,
  ) {
    this.#client = client;
    this.#repositories = repositories;
    this.#environment = environment;
    this.#viewers = new Viewers(client);
    this.#demands = new BranchDemands(client, environment.clock);
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
      scope => getPullRequest(this.#client, scope, number, this.#demands),
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

  async getReviews(
    repository: string,
    number: number,
    call: CallContext,
  ): Promise<PullRequestReviews> {
    return this.#call(
      'github.listReviews',
      { repository, number },
      call,
      scope => getReviews(this.#client, scope, number),
      // How many, not whose: the audit names nobody who has not acted.
      ({ reviews }) => ({
        approved: countOf(reviews, 'APPROVED'),
        changesRequested: countOf(reviews, 'CHANGES_REQUESTED'),
        dismissed: countOf(reviews, 'DISMISSED'),
      }),
    );
  }

  async listIssueComments(
    repository: string,
    issueNumber: number,
    call: CallContext,
  ): Promise<IssueComment[]> {
    return this.#call(
      'github.listIssueComments',
      { repository, issueNumber },
      call,
      scope => listIssueComments(this.#client, scope, issueNumber),
      comments => ({ comments: comments.length }),
    );
  }

  async answerComment(
    request: AnswerRequest & { repository: string },
    call: CallContext,
  ): Promise<'answered' | 'gone'> {
    const { repository, issueNumber, commentId, reaction, reply } = request;
    return this.#call(
      'github.answerComment',
      { repository, issueNumber, commentId, reaction, reply },
      call,
      scope => answerComment(this.#client, scope, request),
      result => ({ result }),
    );
  }

  async closeIssue(
    request: CloseIssueRequest & { repository: string },
    call: CallContext,
  ): Promise<'closed' | 'already_closed' | 'no_issue'> {
    const { repository, comment } = request;
    return this.#call(
      'github.closeIssue',
      { repository, comment },
      call,
      scope => closeIssue(this.#client, scope, request),
      result => ({ result }),
    );
  }

  async submitReview(
    request: SubmitReviewRequest & { repository: string },
    call: CallContext,
  ): Promise<SubmitReviewResult> {
    // Named one by one: the token stays out of what is recorded.
    const { repository, number, headSha } = request;
    return this.#call(
      'github.submitReview',
      { repository, number, headSha },
      call,
      scope => submitReview(this.#client, scope, request),
      answer => answer,
    );
  }

  async listTeamMembers(team: string, call: CallContext): Promise<string[]> {
    return this.#run(
      'github.listTeamMembers',
      { team },
      call,
      async signal => {
        const { organization, teamSlug } = this.#repositories.resolveTeam(team);
        return listTeamMembers(
          this.#client,
          { organization, signal },
          teamSlug,
        );
      },
      members => ({ members: members.length }),
    );
  }

  budget(repository: string): RequestBudget | undefined {
    return this.#client.budget(this.#repositories.resolve(repository));
  }

  repositorySlug(cloneUrl: string): string | undefined {
    return this.#repositories.slugOf(cloneUrl);
  }

  commitUrl(repository: string, sha: string): string {
    return `${this.#repositories.resolve(repository).url}/commit/${sha}`;
  }

  /** A call about a repository. */
  async #call<T>(
    name: CallName,
    parameters: Record<string, unknown> & { repository: string },
    call: CallContext,
    attempt: (scope: RequestScope) => Promise<T>,
    summarize: (answer: T) => unknown,
  ): Promise<T> {
    return this.#run(
      name,
      parameters,
      call,
      signal =>
        attempt({
          repository: this.#repositories.resolve(parameters.repository),
          signal,
        }),
      summarize,
    );
  }

  async #run<T>(
    name: CallName,
    parameters: Record<string, unknown>,
    call: CallContext,
    attempt: (signal: AbortSignal | undefined) => Promise<T>,
    summarize: (answer: T) => unknown,
  ): Promise<T> {
    return callExternal(
      { name, parameters, call, environment: this.#environment, summarize },
      // A wrong name, too, is a failed call, not a throw on the way there.
      async ({ signal }) => attempt(signal),
    );
  }
}

function countOf(reviews: Review[], state: Review['state']): number {
  return reviews.filter(review => review.state === state).length;
}
