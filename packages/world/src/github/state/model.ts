import { type Permission } from '../types';

/** A user or bot. Times here and below are epoch milliseconds of the world clock. */
export interface Account {
  id: number;
  login: string;
  name: string;
  email: string;
  role: string;
  type: 'User' | 'Bot';
  permission: Permission;
  createdAt: number;
}

export interface OrganizationAccount {
  id: number;
  login: string;
  createdAt: number;
}

export interface TeamState {
  id: number;
  org: string;
  slug: string;
  name: string;
  description: string | undefined;
  members: string[];
  permission: Permission;
  createdAt: number;
}

export interface Label {
  id: number;
  name: string;
  /** Six hex digits. */
  color: string;
  description: string | undefined;
}

export const REACTIONS = [
  '+1',
  '-1',
  'laugh',
  'confused',
  'heart',
  'hooray',
  'rocket',
  'eyes',
] as const;

export interface Reaction {
  id: number;
  login: string;
  content: (typeof REACTIONS)[number];
  createdAt: number;
}

export interface Comment {
  id: number;
  author: string;
  body: string;
  createdAt: number;
  updatedAt: number;
  reactions: Reaction[];
}

export interface Issue {
  id: number;
  number: number;
  title: string;
  body: string | undefined;
  author: string;
  state: 'open' | 'closed';
  stateReason:
    | 'completed'
    | 'not_planned'
    | 'duplicate'
    | 'reopened'
    | undefined;
  labels: string[];
  assignees: string[];
  comments: Comment[];
  reactions: Reaction[];
  createdAt: number;
  updatedAt: number;
  closedAt: number | undefined;
  closedBy: string | undefined;
  /** Present when the issue is a pull request. */
  pull: PullDetails | undefined;
}

export interface PullDetails {
  id: number;
  headBranch: string;
  headSha: string;
  baseBranch: string;
  /** Head of the base when the pull request was opened or last pushed to. */
  baseSha: string;
  draft: boolean;
  mergedAt: number | undefined;
  mergedBy: string | undefined;
  mergeCommitSha: string | undefined;
  reviews: Review[];
  requestedReviewers: string[];
  requestedTeams: string[];
  /** Head and base for which somebody already asked whether they merge. */
  askedMergeable: string | undefined;
}

/** An issue that is a pull request. */
export interface Pull extends Issue {
  pull: PullDetails;
}

export interface Review {
  id: number;
  author: string;
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED';
  body: string;
  /** Where the head was; it stays, whatever is pushed afterwards. */
  commitId: string;
  submittedAt: number;
  /** Later than `submittedAt` when it was edited or dismissed. */
  updatedAt: number;
}

export interface CheckRun {
  id: number;
  name: string;
  headSha: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion:
    | 'success'
    | 'failure'
    | 'neutral'
    | 'cancelled'
    | 'skipped'
    | 'timed_out'
    | 'action_required'
    | undefined;
  startedAt: number | undefined;
  completedAt: number | undefined;
  suiteId: number;
  /** Slug of the app that made it. */
  app: string;
  externalId: string;
  detailsUrl: string | undefined;
  title: string | undefined;
  summary: string | undefined;
}

export interface CheckSuite {
  id: number;
  headSha: string;
  headBranch: string | undefined;
  app: string;
  createdAt: number;
}

export interface CommitStatus {
  id: number;
  sha: string;
  state: 'error' | 'failure' | 'pending' | 'success';
  context: string;
  description: string | undefined;
  targetUrl: string | undefined;
  creator: string;
  createdAt: number;
}

export function isPull(issue: Issue | undefined): issue is Pull {
  return issue?.pull !== undefined;
}

const RANK: Permission[] = [
  'none',
  'pull',
  'triage',
  'push',
  'maintain',
  'admin',
];

/** Whether `held` includes `needed`. */
export function permits(held: Permission, needed: Permission): boolean {
  return RANK.indexOf(held) >= RANK.indexOf(needed);
}

/** The stronger of two permissions. */
export function strongest(a: Permission, b: Permission): Permission {
  return permits(a, b) ? a : b;
}

/** The weaker of two permissions. */
export function weakest(a: Permission, b: Permission): Permission {
  return permits(a, b) ? b : a;
}
