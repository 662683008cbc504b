import { Environment } from '@ai-operator/backstage-plugin-ai-operator-common';
import { ApplicationRecord, HealthReading } from './application';
import { CandidateSearch } from './candidate';
import { EffectOutcome } from './effect';
import { ApprovalFact, HumanCommand, Pause } from './people';
import { Known } from './verdict';

/** The manifest that decides which revision runs, at the head of its branch. */
export interface ManifestAtHead {
  /** Head of the target branch; the change is made on exactly this commit. */
  baseSha: string;
  path: string;
  content: string;
}

export interface CheckState {
  name: string;
  required: boolean;
  /** `missing`: required, and GitHub has heard nothing of it. */
  state: 'success' | 'failure' | 'pending' | 'missing';
  url?: string;
}

/** What GitHub says about our pull request now. */
export interface PullRequestNow {
  number: number;
  state: 'open' | 'closed' | 'merged';
  headSha: string;
  baseSha: string;
  labels: string[];
  /** Set when merged. */
  mergeSha?: string;
  /** Login of who closed or merged it, where GitHub tells. */
  endedBy?: string;
  /** GitHub's `mergeable_state`; `unknown` while GitHub computes it. */
  mergeableState:
    | 'clean'
    | 'has_hooks'
    | 'unstable'
    | 'blocked'
    | 'behind'
    | 'dirty'
    | 'draft'
    | 'unknown';
  /** Why GitHub would not let it be merged, in GitHub's terms: reviews, checks, queue. */
  blockers: string[];
  /** Approving reviews GitHub still demands, and has. */
  approvals: { have: number; need: number };
  /** A reviewer's latest word is a request for changes. */
  changesRequested?: boolean;
  /** The branch is merged through a queue, which we never bypass. */
  mergeQueue: boolean;
}

/** CI of the pull request's head; `headSha` says of which commit it speaks. */
export interface CiNow {
  headSha: string;
  checks: CheckState[];
}

/** An open pull request that claims to roll back the same application on the same branch. */
export interface CompetingPullRequest {
  number: number;
  headBranch: string;
  author: string;
  url: string;
}

/** Whether the audit trail gets where it is shipped to. */
export interface TrailNow {
  /** For people: `Elasticsearch at https://…`. */
  sinks: string[];
  /** Since when records wait, or a sink takes none: the earlier of both, ms epoch. Absent while nothing waits. */
  waitingSince?: number;
  /** The sink they wait for. */
  waitingFor?: string;
  /** Why they do, where that is known. */
  problem?: string;
}

/** The facts a state may need. Each is asked for only in the states that use it. */
export const QUESTIONS = [
  'freshHealth',
  'candidates',
  'manifest',
  'pullRequest',
  'ci',
  'openPullRequests',
  'approvals',
] as const;

export type Question = (typeof QUESTIONS)[number];

/** All a decision may look at besides the rollback itself and the time. */
export interface Observation {
  /** The poller's latest record of the application; absent when Argo CD no longer lists it. */
  application?: ApplicationRecord;
  /** A look of our own, taken for this decision, replicas included. */
  freshHealth?: Known<HealthReading>;
  candidates?: Known<CandidateSearch>;
  manifest?: Known<ManifestAtHead>;
  pullRequest?: Known<PullRequestNow>;
  ci?: Known<CiNow>;
  openPullRequests?: Known<CompetingPullRequest[]>;
  /** What people said about merging, each with the roles they have now (SPEC §7). */
  approvals?: Known<ApprovalFact[]>;
  /** What people told the operator about this rollback, oldest first; those still `pending` are answered by the decision. */
  commands: HumanCommand[];
  /** Revisions of this application that were rolled back before: nobody goes back to them. `at` in ms epoch. */
  rolledBack: ReadonlyArray<{ revision: string; at: number }>;
  /** Pauses in force that concern this application. */
  pauses: Pause[];
  /** What the operator did in the rollback's repository within the last hour (SPEC §8); this rollback's own not counted. */
  lastHour: { pullRequests: number; merges: number };
  /** GitHub's request budget as last told; absent when GitHub has told none. */
  githubBudget?: { limit: number; remaining: number; resetAt: number };
  /** The audit trail on its way out; absent when it is shipped nowhere. */
  auditTrail?: TrailNow;
  /** Outcomes of effects of this rollback, by effect key; a missing key is an effect under way or never asked for. */
  outcomes: Record<string, EffectOutcome>;
  /** SPEC §5: 10 concurrent, production first. This rollback itself is never counted. */
  activeRollbacks: {
    /** Open rollbacks that hold a place: search begun (`searchStartedAt`), or any later open state. */
    total: number;
    /** Confirmed ones without a place that go before this one: production first, then the earlier confirmed. */
    aheadInQueue: number;
  };
  /** Rollbacks of this application confirmed in the last 24 h, this one not counted. */
  attemptsToday: number;
}

/** What `gather` needs to know besides the rollback. */
export interface ObservationScope {
  environment: Environment;
}
