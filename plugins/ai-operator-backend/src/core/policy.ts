import {
  Environment,
  OperatorMode,
} from '@ai-operator/backstage-plugin-ai-operator-common';

import { FreezeWindow } from './people';

/** The part of the configuration that decisions depend on. All durations in milliseconds (SPEC §2). */
export interface Policy {
  timing: {
    healthCheckInterval: number;
    /** Consecutive degraded checks that make a degradation persistent (AC-03). */
    persistenceChecks: number;
    restorationConfirmation: number;
    candidateSearch: number;
    ciWait: number;
    ciPoll: number;
    mergeApproval: number;
    recovery: number;
    /** How long a verdict that must hold may stay unknown before a person is asked. */
    inconclusive: number;
    humanReviewAbort: number;
    /** How long a finished rollback stays in RollbackComplete. */
    completeArchive: number;
    /** An open rollback older than this is aborted with STALE_STATE. */
    stale: number;
    /** Verdicts older than this are evaluated again (SPEC §6). */
    verdictMaxAge: number;
    /** How often comments on an escalation issue are read (SPEC §2). */
    escalationPoll: number;
    /** How long after an unanswered escalation the pager is called (SPEC §2). */
    escalationPage: number;
  };
  candidates: {
    maxAge: number;
    maxCommits: number;
    /** 0..1 (I5: 0.99). */
    minUptime: number;
  };
  limits: {
    maxActiveRollbacks: number;
    maxAttemptsPerApplicationPerDay: number;
    maxChangedFiles: number;
    /** SPEC §8: quotas per repository. */
    maxPullRequestsPerHour: number;
    maxMergesPerHour: number;
  };
  /** SPEC §8: below `warn` remaining requests the doctor warns, below `stop` nothing is opened or merged. */
  githubBudget: { warn: number; stop: number };
  /** SPEC §10: production merges wait while records of the audit trail wait for `stopAfter` to be shipped. */
  auditTrail: {
    requiredInProduction: boolean;
    stopAfter: number;
    /** Prefix of the daily Elasticsearch indices it is shipped to, for people to look into. */
    index?: string;
  };
  freezes: FreezeWindow[];
  /** Base address of the portal, for links in issues and notifications. */
  portalUrl?: string;
  /** How people on call are addressed in notifications, such as `@oncall`. */
  mention: string;
  modes: Record<Environment, OperatorMode>;
  /** Where escalation issues are opened; absent: in the application's own repository. */
  escalationRepository?: string;
  /** Label on the pull request that holds back any merge (guard `hold_label`). */
  holdLabel: string;
}
