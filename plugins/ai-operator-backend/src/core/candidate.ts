import { Known } from './verdict';

/** What is known about one older revision before it is judged. */
export interface CommitEvidence {
  sha: string;
  message: string;
  author: { name: string; email?: string };
  committedAt: number;
  url?: string;
  /** Combined result of the commit's own checks, or of its pull request's head. `none`: it never had any. */
  ci: Known<'success' | 'failure' | 'pending' | 'none'>;
  /**
   * Times at which this revision was running here, newest first. Empty: Argo
   * CD's history covers the time and does not name it. Not known: the history
   * does not reach back that far.
   */
  deployments: Known<Array<{ deployedAt: number; until?: number }>>;
  /** Share of the 24 hours after it was deployed in which it was up, 0..1. Absent when not asked. */
  uptime?: Known<number>;
}

/** All that a candidate search found, newest first. */
export interface CandidateSearch {
  currentRevision: string;
  /** False when the running revision is not on the target branch: then its ancestors prove nothing. Absent: it is. */
  onBranch?: boolean;
  /** When the current revision was deployed, if Argo CD's history tells. */
  currentDeployedAt?: number;
  commits: CommitEvidence[];
  /** True when the search stopped at its limits (50 commits, 30 days) and not at the first commit. */
  truncated: boolean;
}

/** One row of the stored candidate table. */
export interface CandidateRow {
  sha: string;
  message: string;
  author: string;
  committedAt: number;
  url?: string;
  ci: 'success' | 'failure' | 'pending' | 'none' | 'unknown';
  deployedAt?: number;
  uptime?: number;
  verdict: 'resolved' | 'qualifies' | 'skipped';
  because: string;
}

/** The chosen target of a rollback, with the evidence for I5. */
export interface ResolvedCandidate {
  sha: string;
  message: string;
  author: { name: string; email?: string };
  committedAt: number;
  url?: string;
  deployedAt?: number;
  /** 0..1, or why it could not be measured (then CI alone decided, and says so). */
  uptime: Known<number>;
  ci: 'success';
}
