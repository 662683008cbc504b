import { type GitRepository } from '../../git';
import { type BranchProtection } from '../types';
import {
  type CheckRun,
  type CheckSuite,
  type CommitStatus,
  type Issue,
  isPull,
  type Label,
  type Pull,
} from './model';

const DEFAULT_LABELS: Array<[string, string, string]> = [
  ['bug', 'd73a4a', "Something isn't working"],
  ['documentation', '0075ca', 'Improvements or additions to documentation'],
  ['enhancement', 'a2eeef', 'New feature or request'],
];

/** How many of each a repository keeps; creating more is refused. */
export const LIMITS = {
  issues: 20_000,
  labels: 1000,
  commentsPerIssue: 2500,
  reactions: 1000,
  reviewsPerPull: 1000,
  statusesPerCommit: 1000,
  checksPerCommit: 1000,
};

/** What GitHub knows about a repository besides its git objects. */
export class RepositoryState {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly private: boolean;
  readonly git: GitRepository;
  readonly createdAt: number;
  pushedAt: number;
  nextNumber = 1;
  readonly labels = new Map<string, Label>();
  readonly issues = new Map<number, Issue>();
  readonly protection = new Map<string, BranchProtection>();
  readonly suites = new Map<number, CheckSuite>();
  readonly #checksBySha = new Map<string, CheckRun[]>();
  readonly #checksById = new Map<number, CheckRun>();
  readonly #statusesBySha = new Map<string, CommitStatus[]>();
  readonly #pullsByCommit = new Map<string, number>();

  constructor(options: {
    id: number;
    owner: string;
    name: string;
    description: string | undefined;
    private: boolean;
    git: GitRepository;
    createdAt: number;
    nextId: () => number;
  }) {
    this.id = options.id;
    this.owner = options.owner;
    this.name = options.name;
    this.description = options.description;
    this.private = options.private;
    this.git = options.git;
    this.createdAt = options.createdAt;
    this.pushedAt = options.createdAt;
    for (const [name, color, description] of DEFAULT_LABELS) {
      this.labels.set(name, { id: options.nextId(), name, color, description });
    }
  }

  get fullName(): string {
    return `${this.owner}/${this.name}`;
  }

  get defaultBranch(): string {
    return this.git.defaultBranch;
  }

  /** Newest first. */
  pulls(): Pull[] {
    return [...this.issues.values()].filter(isPull).reverse();
  }

  openPullsFrom(branch: string): Pull[] {
    return this.pulls().filter(
      pull => pull.state === 'open' && pull.pull.headBranch === branch,
    );
  }

  pull(number: number): Pull | undefined {
    const issue = this.issues.get(number);
    return isPull(issue) ? issue : undefined;
  }

  /** Remembers that a commit came in through a pull request. */
  linkCommit(sha: string, number: number): void {
    this.#pullsByCommit.set(sha, number);
  }

  /** Pull requests a commit is known to belong to: merged as it, or with it as head. */
  pullsOf(sha: string): Pull[] {
    const numbers = new Set<number>();
    const linked = this.#pullsByCommit.get(sha);
    if (linked !== undefined) {
      numbers.add(linked);
    }
    for (const pull of this.pulls()) {
      if (pull.pull.headSha === sha || pull.pull.mergeCommitSha === sha) {
        numbers.add(pull.number);
      }
    }
    return [...numbers].map(number => this.pull(number)).filter(isPull);
  }

  /** Oldest first. */
  checks(sha: string): CheckRun[] {
    return this.#checksBySha.get(sha) ?? [];
  }

  /** The newest run of each name and app. */
  latestChecks(sha: string): CheckRun[] {
    const latest = new Map<string, CheckRun>();
    for (const run of this.checks(sha)) {
      latest.set(`${run.app} ${run.name}`, run);
    }
    return [...latest.values()];
  }

  check(id: number): CheckRun | undefined {
    return this.#checksById.get(id);
  }

  addCheck(run: CheckRun): void {
    this.#checksBySha.set(run.headSha, [...this.checks(run.headSha), run]);
    this.#checksById.set(run.id, run);
  }

  /** Newest first. */
  statuses(sha: string): CommitStatus[] {
    return this.#statusesBySha.get(sha) ?? [];
  }

  /** The newest status of each context. */
  latestStatuses(sha: string): CommitStatus[] {
    const latest = new Map<string, CommitStatus>();
    for (const status of this.statuses(sha)) {
      if (!latest.has(status.context)) {
        latest.set(status.context, status);
      }
    }
    return [...latest.values()];
  }

  addStatus(status: CommitStatus): void {
    this.#statusesBySha.set(status.sha, [status, ...this.statuses(status.sha)]);
  }
}
