import {
  ApplicationKey,
  Environment,
  EscalationReason,
  RollbackOutcome,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { GitSource } from './application';
import { CandidateRow, ResolvedCandidate } from './candidate';
import { CheckState } from './observation';
import { PersonRef } from './people';
import { Verdict } from './verdict';
import {
  GuardId,
  InvariantId,
} from '@ai-operator/backstage-plugin-ai-operator-common';

/** The change a rollback pull request makes: exact bytes, at an exact base. */
export interface ChangePlan {
  baseSha: string;
  files: Array<{ path: string; before: string; after: string }>;
}

/** The pull request of a rollback, once it is open. */
export interface OpenedPullRequest {
  number: number;
  url: string;
  title: string;
  headBranch: string;
  baseBranch: string;
  /** The commit we made. A merge names it, so that nothing else can be merged. */
  headSha: string;
  /** True when it was open already and was taken over instead of duplicated. */
  adopted: boolean;
}

/** All verdicts of one evaluation, bound to a head and a time (SPEC §6). */
export interface VerdictSet {
  evaluatedAt: number;
  headSha?: string;
  invariants: Array<Verdict & { id: InvariantId }>;
  guards: Array<Verdict & { id: GuardId }>;
  /** Production only: whether the right person approved this head; takes the place of I1 (SPEC §6). */
  approval?: Verdict;
}

interface Entered {
  /** When the rollback entered this state, ms epoch. */
  enteredAt: number;
  /** Since when Argo CD no longer lists the application; undefined while it does. */
  goneSince?: number;
}

interface Resolved {
  source: GitSource;
  target: ResolvedCandidate;
  confirmedAt: number;
  /** When the degraded revision was deployed, if Argo CD's history tells. */
  currentDeployedAt?: number;
}

/** What a rollback carries from its open pull request to its end. */
export interface Proposed extends Resolved {
  pullRequest: OpenedPullRequest;
  change: ChangePlan;
}

/** The state of one rollback; each state carries only what it needs (SPEC §5). */
export type RollbackState =
  | (Entered & {
      name: 'DegradationDetected';
      /** Set at the third consecutive degraded check. */
      confirmedAt?: number;
      /** Set when the candidate search began; it has 120 s from here. */
      searchStartedAt?: number;
    })
  | (Entered &
      Resolved & {
        name: 'CandidateResolved';
        /** 1, or 2 for the one retry on a moved base (SPEC §5). Part of the effect key. */
        prAttempt: number;
        /** The change of this attempt; set when its pull request has been asked for. */
        change?: ChangePlan;
        /** Mode `observe`: what would have been done. The rollback goes no further than this. */
        dryRun?: { because: string; at: number };
        /** Since when a pause keeps the pull request from being opened; the time for opening it begins anew afterwards. */
        pausedAt?: number;
      })
  | (Entered & Proposed & { name: 'PRCreated' })
  | (Entered &
      Proposed & {
        name: 'AwaitingMergeApproval';
        /** Since when a needed verdict could not be determined or will clear by itself. */
        inconclusiveSince?: number;
        /** Merges asked for so far (0: none); part of the effect key, so that a refusal can be followed by a new try. */
        mergeAttempt: number;
        /** When the latest merge was asked for. */
        mergeAskedAt?: number;
        /**
         * Guards that held back, were put to a person at `since`, and were answered
         * with APPROVE: they hold back no more, as long as an approval given since
         * then counts.
         */
        answered?: {
          guards: GuardId[];
          by: PersonRef;
          since: number;
          at: number;
        };
        /** Merges asked for before a person answered: their outcomes are not held against the next. */
        earlierAttempts?: number;
      })
  | (Entered &
      Proposed & {
        name: 'AwaitingHumanReview';
        question: string;
        /** Guards the question is about. */
        heldBy: GuardId[];
      })
  | (Entered &
      Proposed & {
        name: 'RollbackMerged';
        mergeSha: string;
        mergedBy: 'operator' | 'human';
        /** Since when it is, or when last, Healthy at the target after the merge; undefined: not yet. */
        healthyAtTargetAt?: number;
      })
  | (Entered &
      Proposed & {
        name: 'RollbackComplete';
        mergeSha: string;
        recoveredAt: number;
      })
  | (Entered & {
      name: 'Abort';
      reason: EscalationReason;
      because: string;
      pullRequest?: OpenedPullRequest;
      source?: GitSource;
      target?: ResolvedCandidate;
      change?: ChangePlan;
      /** Who aborted or took over, when a person did. */
      by?: PersonRef;
      /** When it was archived (SPEC §5: older than 24 h); the application stays locked. */
      archivedAt?: number;
    })
  | (Entered & {
      name: 'Idle';
      outcome: RollbackOutcome;
      because: string;
      pullRequest?: OpenedPullRequest;
      target?: ResolvedCandidate;
      change?: ChangePlan;
    });

/** One attempt to bring an application back, from the first degraded check to the end. */
export interface Rollback {
  correlationId: string;
  application: ApplicationKey;
  environment: Environment;
  /** The revision that was running when the degradation began. */
  currentRevision: string;
  openedAt: number;
  /** Raised by every commit; a write with an old version is refused. */
  version: number;
  /** What people decide on: raised when the state moves and when a command is recorded. The API's `version`. */
  steering: number;
  state: RollbackState;
  /** Stored by the search, shown in full whatever the outcome. */
  candidates?: { searchedAt: number; rows: CandidateRow[] };
  /** The latest evaluation. */
  verdicts?: VerdictSet;
  /** CI of the pull request's head as last seen; `observedAt` in ms epoch. */
  ci?: { observedAt: number; headSha: string; checks: CheckState[] };
  /** The latest question to people. */
  escalation?: {
    reason: EscalationReason;
    because: string;
    recommendedAction: string;
    at: number;
    issueUrl?: string;
    /** When a person was first asked about this rollback: the pager's time counts from here. */
    firstAt: number;
    /** When the pager was called; once per rollback. */
    pagedAt?: number;
  };
}
