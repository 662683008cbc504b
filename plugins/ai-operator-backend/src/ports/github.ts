import {
  CiNow,
  CompetingPullRequest,
  ManifestAtHead,
  PullRequestNow,
} from '../core/observation';
import { ChangePlan, OpenedPullRequest } from '../core/rollback';
import { CallContext } from './call';

/** One commit of a branch's history with the state of its CI. */
export interface HistoryCommit {
  sha: string;
  message: string;
  author: { name: string; email?: string };
  committedAt: number;
  url?: string;
  /** The commit's own checks; where it has none, those of the pull request it came with. */
  ci: 'success' | 'failure' | 'pending' | 'none';
}

export interface PullRequestRequest {
  repository: string;
  baseBranch: string;
  headBranch: string;
  change: ChangePlan;
  title: string;
  body: string;
  labels: string[];
  commitMessage: string;
}

export type OpenPullRequestResult =
  | { result: 'opened'; pullRequest: OpenedPullRequest }
  | { result: 'conflict'; because: string };

export type MergeResult =
  | { result: 'merged'; mergeSha: string; mergedBy: 'operator' | 'human' }
  | { result: 'refused'; because: string; headMoved: boolean };

/** The latest word of each reviewer on a pull request. */
export interface Review {
  login: string;
  isBot: boolean;
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'DISMISSED';
  /** The commit the review speaks of. */
  headSha: string;
  at: number;
  url: string;
}

export interface PullRequestReviews {
  /** Login of who opened the pull request. */
  author: string;
  reviews: Review[];
}

export interface IssueComment {
  id: number;
  login: string;
  isBot: boolean;
  body: string;
  createdAt: number;
  /** Later than `createdAt` when somebody, not always its author, has edited it. */
  updatedAt: number;
  url: string;
}

export type SubmitReviewResult =
  | { result: 'submitted' | 'already_approved' }
  /** The token was not accepted, belongs to somebody else, or may not review here. */
  | { result: 'refused'; because: string };

/** GitHub, in the few sentences we need of it. Throws PortError; refusals that are normal answers are results. */
export interface GitHubPort {
  /** File at the head of a branch together with that head. Audit name `github.readRepositoryContent`. */
  readManifest(
    repository: string,
    branch: string,
    path: string,
    call: CallContext,
  ): Promise<ManifestAtHead>;

  /**
   * Ancestors of `revision` (itself excluded), newest first, CI included, in one
   * GraphQL query per page; and whether `revision` is on `branch` at all.
   */
  listHistory(
    request: {
      repository: string;
      branch: string;
      revision: string;
      since: number;
      limit: number;
    },
    call: CallContext,
  ): Promise<{
    onBranch: boolean;
    commits: HistoryCommit[];
    truncated: boolean;
  }>;

  /** Audit name `github.getPullRequestStatus`. */
  getPullRequest(
    repository: string,
    number: number,
    call: CallContext,
  ): Promise<PullRequestNow>;

  /** Check runs and statuses of a head, against the branch's required checks. Audit name `github.getPullRequestChecks`. */
  getChecks(
    repository: string,
    baseBranch: string,
    headSha: string,
    call: CallContext,
  ): Promise<CiNow>;

  /** Open pull requests on `baseBranch` with label `ai-operator` whose head branch is a rollback of `application`. Audit name `github.listOpenPullRequests`. */
  listRollbackPullRequests(
    repository: string,
    baseBranch: string,
    application: string,
    call: CallContext,
  ): Promise<CompetingPullRequest[]>;

  /**
   * Looks for an open pull request of ours with this head branch and adopts it
   * when its tree is the planned one; otherwise branch from `change.baseSha`,
   * one commit, pull request, labels. Each part is looked for before it is made.
   * Audit name `github.createPullRequest`.
   */
  openPullRequest(
    request: PullRequestRequest,
    call: CallContext,
  ): Promise<OpenPullRequestResult>;

  /** Squash merge that names its head. Already merged is `merged`. Audit name `github.mergePullRequest`. */
  mergePullRequest(
    request: {
      repository: string;
      number: number;
      headSha: string;
      /** The pull request must still go there. */
      baseBranch: string;
      /** Looked for right before merging: with it nothing is merged. */
      holdLabel: string;
      commitTitle: string;
      commitMessage: string;
    },
    call: CallContext,
  ): Promise<MergeResult>;

  /** Comments once (a marker tells), closes, and deletes the branch when asked. Audit name `github.closePullRequest`. */
  closePullRequest(
    request: {
      repository: string;
      number: number;
      comment: string;
      marker: string;
      deleteBranch?: string;
    },
    call: CallContext,
  ): Promise<'closed' | 'already_closed' | 'already_merged'>;

  /** Opens the issue with this marker, or updates the one that is there; one that somebody has closed stays closed. Audit name `github.createIssue`. */
  raiseIssue(
    request: {
      repository: string;
      title: string;
      body: string;
      labels: string[];
      marker: string;
    },
    call: CallContext,
  ): Promise<{ number: number; url: string }>;

  /** The latest opinionated review of every reviewer. Audit name `github.listReviews`. */
  getReviews(
    repository: string,
    number: number,
    call: CallContext,
  ): Promise<PullRequestReviews>;

  /** All comments of an issue, oldest first. Audit name `github.listIssueComments`. NOT_FOUND when the issue is gone, VALIDATION when there are more than 1000. */
  listIssueComments(
    repository: string,
    issueNumber: number,
    call: CallContext,
  ): Promise<IssueComment[]>;

  /** Reaction and reply, each looked for first (a marker tells). Audit name `github.answerComment`. */
  answerComment(
    request: {
      repository: string;
      issueNumber: number;
      commentId: number;
      reaction: '+1' | '-1' | 'confused' | 'eyes';
      reply: string;
      marker: string;
    },
    call: CallContext,
  ): Promise<'answered' | 'gone'>;

  /** Finds the issue with this marker, comments once, closes it. Audit name `github.closeIssue`. */
  closeIssue(
    request: {
      repository: string;
      /** Marker of the issue, as given to `raiseIssue`. */
      marker: string;
      comment: string;
      commentMarker: string;
    },
    call: CallContext,
  ): Promise<'closed' | 'already_closed' | 'no_issue'>;

  /**
   * Submits a person's own APPROVED review of exactly `headSha` with their own
   * token, which is used for this and forgotten: it is in no parameter, record,
   * log or error. Checked first: whose token it is. Audit name `github.submitReview`.
   */
  submitReview(
    request: {
      repository: string;
      number: number;
      headSha: string;
      body: string;
      token: string;
      /** Login the token has to belong to. */
      login: string;
    },
    call: CallContext,
  ): Promise<SubmitReviewResult>;

  /** Logins of a team's members, child teams included. Audit name `github.listTeamMembers`. */
  listTeamMembers(
    /** `org/team-slug`, on hosts other than the first `host/org/team-slug`. */
    team: string,
    call: CallContext,
  ): Promise<string[]>;

  /** The request budget of a repository's host as GitHub last told it; never asks. */
  budget(
    repository: string,
  ): { limit: number; remaining: number; resetAt: number } | undefined;

  /** Repository slug for a clone URL of a GitHub host we have an integration for; undefined for others. */
  repositorySlug(cloneUrl: string): string | undefined;
  /** Where people look. */
  commitUrl(repository: string, sha: string): string;
}
