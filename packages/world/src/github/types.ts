import { type Router } from 'express';
import { type GitRepository } from '../git/gitRepository';
import { type HistoryCommit, type RefChange } from '../git/types';
import { type WorldClock } from '../clock';
import { type Acting } from './acting';
import { type WebhookConfig, type WebhookControl } from './webhooks/types';

/** What somebody may do in a repository, weakest first. */
export type Permission =
  | 'none'
  | 'pull'
  | 'triage'
  | 'push'
  | 'maintain'
  | 'admin';

/** An account of the simulated GitHub. */
export interface Person {
  login: string;
  name: string;
  email: string;
  /** Shown beside the name in the sign-in page, e.g. "Senior maintainer". */
  role: string;
  /** `Bot` accounts cannot sign in. Default `User`. */
  type?: 'User' | 'Bot';
  /** Right on every repository, besides what teams give. Default `pull`. */
  permission?: Permission;
}

/** A team of an organisation; its members get `permission` on the repositories of that organisation. */
export interface Team {
  org: string;
  slug: string;
  name: string;
  description?: string;
  members: string[];
  permission: Permission;
}

/** An access token and whom it speaks for. */
export interface TokenSeed {
  value: string;
  login: string;
  /** Classic scopes. Default `['repo', 'read:org']`. */
  scopes?: string[];
  /** Caps the account's rights on every repository, as the permissions of an app do. */
  maxPermission?: Permission;
  /** Lets a token without admin rights read branch protection (an app's "Administration: read"). */
  readsProtection?: boolean;
  /** Epoch milliseconds; afterwards the token is "Bad credentials". */
  expiresAt?: number;
}

/** Rules of a branch. Direct pushes are refused when checks or reviews are required. */
export interface BranchProtection {
  /** How the rules are set up, and so where the API shows them. Default `classic`. */
  source?: 'classic' | 'ruleset';
  requiredChecks?: string[];
  /** Require branches to be up to date before merging. */
  strict?: boolean;
  /** Approving reviews by people with write access; 0 or absent = none required. */
  requiredApprovals?: number;
  dismissStaleReviews?: boolean;
  enforceAdmins?: boolean;
  /** Who may push or merge at all; absent = everybody with write access. */
  restrictions?: { users: string[]; teams: string[] };
  requireLinearHistory?: boolean;
  /** A ruleset demands that everything goes through the merge queue. */
  mergeQueue?: boolean;
  allowForcePushes?: boolean;
  allowDeletions?: boolean;
}

/** What CI said about a commit of the seeded history; `none` = it never ran. */
export type SeedCi = 'success' | 'failure' | 'none';

/** A commit of the seeded history, with what GitHub knows about it. */
export interface SeedCommit extends HistoryCommit {
  /** Default `success`. */
  ci?: SeedCi;
  /** Records a merged pull request whose squash commit this is. */
  pullRequest?: {
    number?: number;
    title?: string;
    body?: string;
    author: string;
    mergedBy?: string;
    headBranch?: string;
    labels?: string[];
  };
}

export interface CreateRepositoryOptions {
  owner: string;
  name: string;
  description?: string;
  /** Default `main`. */
  defaultBranch?: string;
  /** Default false: anybody may read and clone. */
  private?: boolean;
  /** By branch name. */
  protection?: Record<string, BranchProtection>;
  history?: SeedCommit[];
  /** Number of the next issue or pull request, if greater than what the history used. Default 1. */
  nextNumber?: number;
}

export interface CreatedRepository {
  fullName: string;
  git: GitRepository;
  /** Commit sha by the `key` of its seed commit. */
  commits: ReadonlyMap<string, string>;
}

/** How CI treats commits. Durations in milliseconds of the world clock. */
export interface CiConfig {
  /** Names of the check runs. Default `test`, `lint`, `branch-protection-check`. */
  checks: string[];
  /** From the push to the last check's end. Default 150000. */
  durationMs: number;
  /** From the push to the first check's start. Default 2000. */
  queueMs: number;
  /** Which pushes run CI besides open pull requests and protected branches. Default none. */
  branches: (fullName: string, branch: string) => boolean;
}

export interface CiOutcome {
  conclusion: 'success' | 'failure' | 'hang';
  /** Overrides {@link CiConfig.durationMs}. */
  durationMs?: number;
  /** Only this commit (7 or more hex digits) or branches matching this pattern (`*` = anything). */
  only?: string;
  /** The check that fails or hangs. Default: the first one. */
  check?: string;
}

/** Steers CI. A later outcome wins over an earlier one; running checks obey a new outcome. */
export interface CiControl {
  setOutcome(fullName: string, outcome: CiOutcome): void;
  /** Back to success. Hung checks finish. */
  clearOutcomes(fullName: string): void;
}

/** A pull request, as tests and the control API see it. */
export interface PullSummary {
  number: number;
  title: string;
  state: 'open' | 'closed';
  merged: boolean;
  headBranch: string;
  headSha: string;
  baseBranch: string;
  mergeCommitSha: string | undefined;
  labels: string[];
  author: string;
  url: string;
}

/** An issue that is no pull request, with its talk. */
export interface IssueSummary {
  number: number;
  title: string;
  body: string;
  state: 'open' | 'closed';
  labels: string[];
  author: string;
  url: string;
  comments: {
    id: number;
    author: string;
    body: string;
    edited: boolean;
    reactions: { login: string; content: string }[];
  }[];
}

/** A ref of a repository changed: by the API, a merge, a manipulator or a `git push`. */
export interface RepositoryRefChange extends RefChange {
  fullName: string;
}

export interface TokenControl {
  add(token: TokenSeed): void;
  /** The token answers "Bad credentials" from now on. */
  revoke(value: string): void;
}

export interface GitHubOptions {
  clock: WorldClock;
  /** Folder for the bare repositories: `<dataDir>/<owner>/<name>.git`. */
  dataDir: string;
  people: Person[];
  teams: Team[];
  tokens?: TokenSeed[];
  /** Where people reach the world, e.g. `http://localhost:4010`; no trailing slash. */
  baseUrl: () => string;
  ci?: Partial<CiConfig>;
  /** Where to tell of everything that happens; see {@link WebhookControl}. */
  webhook?: WebhookConfig;
  /** Takes down what became of deliveries. */
  note?: (kind: string, message: string) => void;
}

/** The simulated GitHub. */
export interface GitHubServer {
  /** Mount at `/`: serves `/api/v3`, `/api/graphql`, `/login/oauth`, git over HTTP and HTML pages. */
  readonly router: Router;
  readonly ci: CiControl;
  readonly tokens: TokenControl;
  readonly webhooks: WebhookControl;
  /** Does things as people. */
  readonly acting: Acting;

  /** Creates `<owner>/<name>`, replacing a repository an earlier run left in the same place. */
  createRepository(
    options: CreateRepositoryOptions,
  ): Promise<CreatedRepository>;
  /** @throws NotFoundError when there is no such repository */
  repository(fullName: string): { fullName: string; git: GitRepository };
  repositories(): string[];
  /** All pull requests of a repository, newest first. */
  pulls(fullName: string): PullSummary[];
  /** All issues of a repository that are no pull requests, newest first. */
  issues(fullName: string): IssueSummary[];
  /** Listens to every repository; returns a function that stops listening. */
  onRefChange(listener: (change: RepositoryRefChange) => void): () => void;
  /** What a branch demands; undefined = it is not protected. */
  protection(fullName: string, branch: string): BranchProtection | undefined;
  setProtection(
    fullName: string,
    branch: string,
    protection: BranchProtection | undefined,
  ): void;

  closePullRequest(
    fullName: string,
    number: number,
    byLogin: string,
  ): Promise<void>;
  /** Merges as GitHub would for that person. @throws ConflictError when GitHub would refuse */
  mergePullRequestAs(
    fullName: string,
    number: number,
    byLogin: string,
  ): Promise<{ sha: string }>;
  approveAs(
    login: string,
    fullName: string,
    number: number,
    body?: string,
  ): Promise<void>;
  commentAs(
    login: string,
    fullName: string,
    number: number,
    body: string,
  ): Promise<void>;
  /** Adds an unrelated commit on top of a branch; answers its sha. */
  moveBranch(fullName: string, branch: string): Promise<string>;
  /** Leaves a token so many requests until its window ends; `undefined` = full budget again. */
  setRateLimit(token: string, remaining: number | undefined): void;
  /** Answers a token with the secondary rate limit for so long; 0 ends it. */
  setSecondaryLimit(token: string, durationMs: number): void;

  /** Ends child processes and waits for work under way. */
  close(): Promise<void>;
}
