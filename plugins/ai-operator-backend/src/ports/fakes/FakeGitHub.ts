import {
  CallContext,
  CallRecord,
  GitHubPort,
  HistoryCommit,
  IssueComment,
  MergeResult,
  OpenPullRequestResult,
  PortError,
  PullRequestRequest,
  PullRequestReviews,
  Review,
  SubmitReviewResult,
} from '..';
import {
  CheckState,
  CiNow,
  CompetingPullRequest,
  ManifestAtHead,
  PullRequestNow,
} from '../../core/observation';
import { FakeIssues, OPERATOR } from './FakeIssues';
import { answer, Mishaps } from './support';

/** A pull request as the fake keeps it; tests may change it at any time. */
export interface FakePull {
  request: PullRequestRequest;
  now: PullRequestNow;
  checks: CheckState[];
  comments: Array<{ text: string; marker: string }>;
  author: string;
  /** All of them, oldest first; see `review`. */
  reviews: Review[];
}

/** A commit id that is the same for the same words. */
function fakeSha(words: string): string {
  let value = 0x811c9dc5;
  for (const character of words) {
    value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return (value >>> 0).toString(16).padStart(8, '0').repeat(5);
}

/**
 * One GitHub repository in memory with the manners of the real port: adopts
 * what is open, refuses another head, comments once. Everything else (CI,
 * protection, people) is what tests say it is.
 */
export class FakeGitHub implements GitHubPort {
  readonly mishaps = new Mishaps();
  /** Heads of branches. */
  readonly branches = new Map<string, string>();
  /** Files by `branch:path`. */
  readonly files = new Map<string, string>();
  readonly pulls: FakePull[] = [];
  readonly issues: FakeIssues;
  /** Logins by `org/team-slug`. */
  readonly teams = new Map<string, string[]>();
  /** Whose a person's token is. */
  readonly tokens = new Map<string, string>();
  /** What `budget` tells. */
  budgetNow: ReturnType<GitHubPort['budget']>;
  history: HistoryCommit[] = [];
  onBranch = true;
  readonly #now: () => number;

  constructor(options?: { now?: () => number }) {
    this.#now = options?.now ?? (() => 0);
    this.issues = new FakeIssues(this.#now);
  }

  /** Sets a file, and moves the branch to a new head. */
  commit(branch: string, path: string, content: string): string {
    const head = fakeSha(`${this.branches.get(branch)} ${path} ${content}`);
    this.files.set(`${branch}:${path}`, content);
    this.branches.set(branch, head);
    return head;
  }

  async readManifest(
    repository: string,
    branch: string,
    path: string,
    call: CallContext,
  ): Promise<ManifestAtHead> {
    return this.#answer(
      'readManifest',
      'github.readRepositoryContent',
      { repository, branch, path },
      call,
      () => {
        const baseSha = this.branches.get(branch);
        const content = this.files.get(`${branch}:${path}`);
        if (baseSha === undefined || content === undefined) {
          throw new PortError('NOT_FOUND', `No '${path}' on '${branch}'`);
        }
        return { baseSha, path, content };
      },
    );
  }

  async listHistory(
    request: Parameters<GitHubPort['listHistory']>[0],
    call: CallContext,
  ) {
    return this.#answer(
      'listHistory',
      'github.listCommits',
      { ...request },
      call,
      () => {
        const commits = this.history.filter(
          commit =>
            commit.sha !== request.revision &&
            commit.committedAt >= request.since,
        );
        return {
          onBranch: this.onBranch,
          commits: commits.slice(0, request.limit),
          truncated: commits.length > request.limit,
        };
      },
    );
  }

  async getPullRequest(
    repository: string,
    number: number,
    call: CallContext,
  ): Promise<PullRequestNow> {
    return this.#answer(
      'getPullRequest',
      'github.getPullRequestStatus',
      { repository, number },
      call,
      () => ({ ...this.pull(number).now }),
    );
  }

  async getChecks(
    repository: string,
    baseBranch: string,
    headSha: string,
    call: CallContext,
  ): Promise<CiNow> {
    return this.#answer(
      'getChecks',
      'github.getPullRequestChecks',
      { repository, baseBranch, headSha },
      call,
      () => ({
        headSha,
        checks:
          this.pulls.find(pull => pull.now.headSha === headSha)?.checks ?? [],
      }),
    );
  }

  async listRollbackPullRequests(
    repository: string,
    baseBranch: string,
    application: string,
    call: CallContext,
  ): Promise<CompetingPullRequest[]> {
    return this.#answer(
      'listRollbackPullRequests',
      'github.listOpenPullRequests',
      { repository, baseBranch, application },
      call,
      () =>
        this.pulls
          .filter(
            ({ request, now }) =>
              now.state === 'open' &&
              request.baseBranch === baseBranch &&
              now.labels.includes('ai-operator') &&
              request.headBranch.startsWith(`rollback/${application}-`),
          )
          .map(({ request, now }) => ({
            number: now.number,
            headBranch: request.headBranch,
            author: OPERATOR,
            url: this.#url(repository, 'pull', now.number),
          })),
    );
  }

  async openPullRequest(
    request: PullRequestRequest,
    call: CallContext,
  ): Promise<OpenPullRequestResult> {
    const { repository, baseBranch, headBranch, change } = request;
    return this.#answer<OpenPullRequestResult>(
      'openPullRequest',
      'github.createPullRequest',
      { repository, baseBranch, headBranch },
      call,
      () => {
        const open = this.pulls.find(
          pull =>
            pull.now.state === 'open' && pull.request.headBranch === headBranch,
        );
        if (open) {
          return this.#opened(open, true);
        }
        const base = this.branches.get(baseBranch);
        if (base !== change.baseSha) {
          return {
            result: 'conflict',
            because: `Branch '${baseBranch}' has moved from ${change.baseSha} to ${base}`,
          };
        }
        const number = this.pulls.length + this.issues.size + 42;
        const headSha = fakeSha(`${change.baseSha} ${headBranch} ${number}`);
        this.branches.set(headBranch, headSha);
        const pull: FakePull = {
          request,
          checks: [],
          comments: [],
          author: OPERATOR,
          reviews: [],
          now: {
            number,
            state: 'open',
            headSha,
            baseSha: change.baseSha,
            labels: [...request.labels],
            mergeableState: 'clean',
            blockers: [],
            approvals: { have: 0, need: 0 },
            mergeQueue: false,
          },
        };
        this.pulls.push(pull);
        return this.#opened(pull, false);
      },
    );
  }

  async mergePullRequest(
    request: Parameters<GitHubPort['mergePullRequest']>[0],
    call: CallContext,
  ): Promise<MergeResult> {
    const { repository, number, headSha, baseBranch, holdLabel } = request;
    return this.#answer<MergeResult>(
      'mergePullRequest',
      'github.mergePullRequest',
      { repository, number, headSha },
      call,
      () => {
        const pull = this.pull(number);
        const { now } = pull;
        if (now.state === 'merged') {
          return {
            result: 'merged',
            mergeSha: now.mergeSha ?? now.headSha,
            mergedBy: now.endedBy === OPERATOR ? 'operator' : 'human',
          };
        }
        if (now.state === 'closed' || now.headSha !== headSha) {
          return {
            result: 'refused',
            because: `Pull request #${number} is ${now.state} at ${now.headSha}`,
            headMoved: now.headSha !== headSha,
          };
        }
        if (
          pull.request.baseBranch !== baseBranch ||
          now.labels.includes(holdLabel)
        ) {
          return {
            result: 'refused',
            because: `Pull request #${number} is held back or goes elsewhere`,
            headMoved: false,
          };
        }
        if (!['clean', 'has_hooks', 'unstable'].includes(now.mergeableState)) {
          return {
            result: 'refused',
            because: `GitHub calls #${number} '${now.mergeableState}'`,
            headMoved: false,
          };
        }
        for (const file of pull.request.change.files) {
          this.commit(pull.request.baseBranch, file.path, file.after);
        }
        const mergeSha = this.branches.get(pull.request.baseBranch) ?? headSha;
        pull.now = {
          ...now,
          state: 'merged',
          mergeSha,
          endedBy: OPERATOR,
        };
        return { result: 'merged', mergeSha, mergedBy: 'operator' };
      },
    );
  }

  async closePullRequest(
    request: Parameters<GitHubPort['closePullRequest']>[0],
    call: CallContext,
  ): Promise<'closed' | 'already_closed' | 'already_merged'> {
    const { repository, number, comment, marker, deleteBranch } = request;
    return this.#answer(
      'closePullRequest',
      'github.closePullRequest',
      { repository, number, comment },
      call,
      () => {
        const pull = this.pull(number);
        if (pull.now.state === 'merged') {
          return 'already_merged';
        }
        if (!pull.comments.some(each => each.marker === marker)) {
          pull.comments.push({ text: comment, marker });
        }
        const wasOpen = pull.now.state === 'open';
        if (wasOpen) {
          pull.now = {
            ...pull.now,
            state: 'closed',
            endedBy: OPERATOR,
          };
        }
        if (deleteBranch) {
          this.branches.delete(deleteBranch);
        }
        return wasOpen ? 'closed' : 'already_closed';
      },
    );
  }

  async raiseIssue(
    request: Parameters<GitHubPort['raiseIssue']>[0],
    call: CallContext,
  ): Promise<{ number: number; url: string }> {
    const { repository, title, body, labels, marker } = request;
    return this.#answer(
      'raiseIssue',
      'github.createIssue',
      { repository, title, labels },
      call,
      () => {
        const known = this.issues.get(marker);
        const number =
          known?.number ?? this.pulls.length + this.issues.size + 42;
        // One that a person has closed stays closed.
        const { state, comments } = known ?? {
          state: 'open' as const,
          comments: [],
        };
        this.issues.set(marker, {
          number,
          title,
          body,
          labels,
          state,
          comments,
        });
        return { number, url: this.#url(repository, 'issues', number) };
      },
    );
  }

  async getReviews(
    repository: string,
    number: number,
    call: CallContext,
  ): Promise<PullRequestReviews> {
    return this.#answer(
      'getReviews',
      'github.listReviews',
      { repository, number },
      call,
      () => {
        const { author, reviews } = this.pull(number);
        const latest = new Map(
          reviews.map(review => [review.login.toLowerCase(), review]),
        );
        return { author, reviews: [...latest.values()] };
      },
    );
  }

  async listIssueComments(
    repository: string,
    issueNumber: number,
    call: CallContext,
  ): Promise<IssueComment[]> {
    return this.#answer(
      'listIssueComments',
      'github.listIssueComments',
      { repository, issueNumber },
      call,
      () => {
        const issue = this.issues.byNumber(issueNumber);
        if (!issue) {
          throw new PortError('NOT_FOUND', `No issue #${issueNumber}`);
        }
        return issue.comments.map(
          ({ reactions: _reactions, marker: _marker, ...comment }) => comment,
        );
      },
    );
  }

  async answerComment(
    request: Parameters<GitHubPort['answerComment']>[0],
    call: CallContext,
  ): Promise<'answered' | 'gone'> {
    const { repository, issueNumber, commentId, reaction, reply, marker } =
      request;
    return this.#answer<'answered' | 'gone'>(
      'answerComment',
      'github.answerComment',
      { repository, issueNumber, commentId, reaction, reply },
      call,
      () => {
        const comment = this.issues
          .byNumber(issueNumber)
          ?.comments.find(each => each.id === commentId);
        if (!comment) {
          return 'gone';
        }
        if (!comment.reactions.includes(reaction)) {
          comment.reactions.push(reaction);
        }
        this.issues.say(issueNumber, reply, marker);
        return 'answered';
      },
    );
  }

  async closeIssue(
    request: Parameters<GitHubPort['closeIssue']>[0],
    call: CallContext,
  ): Promise<'closed' | 'already_closed' | 'no_issue'> {
    const { repository, marker, comment, commentMarker } = request;
    return this.#answer<'closed' | 'already_closed' | 'no_issue'>(
      'closeIssue',
      'github.closeIssue',
      { repository, comment },
      call,
      () => {
        const issue = this.issues.get(marker);
        if (!issue) {
          return 'no_issue';
        }
        this.issues.say(issue.number, comment, commentMarker);
        const wasOpen = issue.state === 'open';
        issue.state = 'closed';
        return wasOpen ? 'closed' : 'already_closed';
      },
    );
  }

  async submitReview(
    request: Parameters<GitHubPort['submitReview']>[0],
    call: CallContext,
  ): Promise<SubmitReviewResult> {
    const { repository, number, headSha, token, login } = request;
    return this.#answer<SubmitReviewResult>(
      'submitReview',
      'github.submitReview',
      { repository, number, headSha },
      call,
      () => {
        const { author, now, reviews } = this.pull(number);
        const refused = (because: string): SubmitReviewResult => ({
          result: 'refused',
          because,
        });
        if (this.tokens.get(token) !== login) {
          return refused(`The token is not accepted as one of '${login}'`);
        }
        const given = reviews.filter(review => review.login === login).at(-1);
        if (given?.state === 'APPROVED' && given.headSha === headSha) {
          return { result: 'already_approved' };
        }
        if (author === login) {
          return refused('Nobody approves their own pull request');
        }
        if (now.state !== 'open' || now.headSha !== headSha) {
          return refused(`#${number} is ${now.state} at ${now.headSha}`);
        }
        this.review(number, { login });
        return { result: 'submitted' };
      },
    );
  }

  async listTeamMembers(team: string, call: CallContext): Promise<string[]> {
    return this.#answer(
      'listTeamMembers',
      'github.listTeamMembers',
      { team },
      call,
      () => {
        const members = this.teams.get(team);
        if (!members) {
          throw new PortError('NOT_FOUND', `No team '${team}'`);
        }
        return [...members];
      },
    );
  }

  budget(_repository: string) {
    return this.budgetNow;
  }

  /** A review on GitHub: an approval of the head, unless it says otherwise. */
  review(
    number: number,
    review: Pick<Review, 'login'> & Partial<Review>,
  ): void {
    const { now, reviews } = this.pull(number);
    reviews.push({
      isBot: false,
      state: 'APPROVED',
      headSha: now.headSha,
      at: this.#now(),
      url: `https://github.test/pull/${number}#review-${reviews.length + 1}`,
      ...review,
    });
  }

  repositorySlug(cloneUrl: string): string | undefined {
    return /^https:\/\/github\.com\/([^/]+\/[^/]+?)(\.git)?$/.exec(
      cloneUrl,
    )?.[1];
  }

  commitUrl(repository: string, sha: string): string {
    return `https://github.com/${repository}/commit/${sha}`;
  }

  /** The pull request with this number. @throws PortError NOT_FOUND */
  pull(number: number): FakePull {
    const found = this.pulls.find(pull => pull.now.number === number);
    if (!found) {
      throw new PortError('NOT_FOUND', `No pull request #${number}`);
    }
    return found;
  }

  #opened({ request, now }: FakePull, adopted: boolean): OpenPullRequestResult {
    return {
      result: 'opened',
      pullRequest: {
        number: now.number,
        url: this.#url(request.repository, 'pull', now.number),
        title: request.title,
        headBranch: request.headBranch,
        baseBranch: request.baseBranch,
        headSha: now.headSha,
        adopted,
      },
    };
  }

  #url(repository: string, kind: string, number: number): string {
    return `https://github.com/${repository}/${kind}/${number}`;
  }

  async #answer<T>(
    method: string,
    name: CallRecord['name'],
    parameters: Record<string, unknown>,
    call: CallContext,
    work: () => T,
  ): Promise<T> {
    return answer(
      { method, name, parameters, call, mishaps: this.mishaps, now: this.#now },
      work,
    );
  }
}
