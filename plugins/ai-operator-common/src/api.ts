import { z } from 'zod';
import {
  ENVIRONMENTS,
  ESCALATION_REASONS,
  GUARD_IDS,
  INVARIANT_IDS,
  MEASURED_HEALTH,
  OPERATOR_MODES,
  ROLLBACK_OUTCOMES,
  ROLLBACK_STATES,
  VERDICT_RESULTS,
} from './words';

/*
 * Shapes of the REST API (SPEC §12). All times are epoch milliseconds, all
 * durations milliseconds, all revisions full 40-digit commit SHAs.
 */

const instant = z.number().int().nonnegative();
const duration = z.number().int().nonnegative();
const sha = z.string().regex(/^[0-9a-f]{40}$/);

/** @public */
export const applicationKeySchema = z.object({
  instance: z.string(),
  namespace: z.string(),
  name: z.string(),
});

/** Replicas of all workloads of an application, added up; a reason where they could not be read. @public */
export const replicasSchema = z.union([
  z.object({
    known: z.literal(true),
    available: z.number().int(),
    desired: z.number().int(),
  }),
  z.object({ known: z.literal(false), because: z.string() }),
]);

/** One observation of one application (SPEC §1 "health check"). @public */
export const healthCheckSchema = z.object({
  at: instant,
  health: z.enum(MEASURED_HEALTH),
  because: z.string().optional(),
  replicas: replicasSchema.optional(),
  /** Position in the current run of degraded checks; 0 when this check is not degraded. */
  streak: z.number().int().nonnegative(),
});

/** Something to mend that does not hinder a rollback by itself (AC-04, AC-05). @public */
export const complianceFindingSchema = z.object({
  rule: z.string(),
  because: z.string(),
  howToMend: z.string(),
});

const activeRollbackSchema = z.object({
  correlationId: z.string(),
  state: z.enum(ROLLBACK_STATES),
  since: instant,
  /** When the current state ends by itself; absent for final states. */
  deadlineAt: instant.optional(),
});

/** One row of the fleet table. @public */
export const applicationSummarySchema = z.object({
  key: applicationKeySchema,
  /** Absent when the environment label is missing or not mapped. */
  environment: z.enum(ENVIRONMENTS).optional(),
  project: z.string(),
  health: z.enum(MEASURED_HEALTH),
  healthSince: instant,
  checkedAt: instant,
  syncStatus: z.string().optional(),
  revision: z.string().optional(),
  replicas: replicasSchema.optional(),
  streak: z.number().int().nonnegative(),
  /** How many degraded checks in a row prove a degradation in this environment (SPEC §2). */
  streakNeeded: z.number().int().positive().optional(),
  mode: z.enum(OPERATOR_MODES).optional(),
  /** GitHub slug `owner/repo`, where it could be resolved. */
  repository: z.string().optional(),
  /** Web address of that repository, so that revisions can be linked. */
  repositoryUrl: z.string().optional(),
  entityRefs: z.array(z.string()),
  activeRollback: activeRollbackSchema.optional(),
  /** One sentence: what the operator thinks and what it waits for. */
  explanation: z.string(),
  /** Why this application cannot be rolled back by the operator, if so. */
  problem: z.string().optional(),
  argoUrl: z.string().optional(),
});

/** @public */
export const applicationListSchema = z.object({
  /** The server's clock when it answered; countdowns are drawn against it. */
  now: instant.optional(),
  items: z.array(applicationSummarySchema),
  totalItems: z.number().int(),
  /** Hand this to the next request; absent on the last page. */
  nextCursor: z.string().optional(),
});

/** One step of the stepper. @public */
export const rollbackStepSchema = z.object({
  state: z.enum(ROLLBACK_STATES),
  status: z.enum(['done', 'current', 'upcoming', 'failed', 'skipped']),
  startedAt: instant.optional(),
  endedAt: instant.optional(),
  deadlineAt: instant.optional(),
  /** What ends this step by itself at the deadline. */
  atDeadline: z.string().optional(),
});

/** One link or figure that lets a person check a verdict. @public */
export const evidenceSchema = z.object({
  label: z.string(),
  value: z.string(),
  url: z.string().optional(),
});

/** @public */
export const invariantVerdictSchema = z.object({
  id: z.enum(INVARIANT_IDS),
  title: z.string(),
  result: z.enum(VERDICT_RESULTS),
  because: z.string(),
  evidence: z.array(evidenceSchema),
});

/** @public */
export const guardVerdictSchema = z.object({
  id: z.enum(GUARD_IDS),
  title: z.string(),
  result: z.enum(VERDICT_RESULTS),
  because: z.string(),
  evidence: z.array(evidenceSchema),
});

/** Verdicts belong to a head SHA and a time; they are evaluated again when older than 30 s (SPEC §6). @public */
export const verdictSetSchema = z.object({
  evaluatedAt: instant,
  headSha: sha.optional(),
  invariants: z.array(invariantVerdictSchema),
  guards: z.array(guardVerdictSchema),
});

/** One row of the candidate table (SPEC §8). @public */
export const candidateSchema = z.object({
  sha,
  message: z.string(),
  author: z.string(),
  committedAt: instant,
  url: z.string().optional(),
  ci: z.enum(['success', 'failure', 'pending', 'none', 'unknown']),
  deployedAt: instant.optional(),
  /** 0..1, over the 24 hours after it was deployed; absent when not measured. */
  uptime: z.number().min(0).max(1).optional(),
  verdict: z.enum(['resolved', 'qualifies', 'skipped']),
  because: z.string(),
});

/** @public */
export const pullRequestSchema = z.object({
  number: z.number().int(),
  url: z.string(),
  title: z.string(),
  headBranch: z.string(),
  baseBranch: z.string(),
  headSha: sha,
  adopted: z.boolean(),
});

/** One required check on the pull request's head. @public */
export const ciCheckSchema = z.object({
  name: z.string(),
  required: z.boolean(),
  state: z.enum(['success', 'failure', 'pending', 'missing']),
  url: z.string().optional(),
});

/** One entry of the timeline: transitions, effects, and what was seen. @public */
export const timelineEntrySchema = z.object({
  id: z.string(),
  at: instant,
  kind: z.enum([
    'FSM_TRANSITION',
    'MCP_CALL',
    'INVARIANT_CHECK',
    'ESCALATION',
    'HUMAN_COMMAND',
    'ERROR',
  ]),
  title: z.string(),
  because: z.string(),
  from: z.enum(ROLLBACK_STATES).optional(),
  to: z.enum(ROLLBACK_STATES).optional(),
  durationMs: duration.optional(),
  retryCount: z.number().int().optional(),
});

/** One row in lists of rollbacks. @public */
export const rollbackSummarySchema = z.object({
  correlationId: z.string(),
  application: applicationKeySchema,
  environment: z.enum(ENVIRONMENTS),
  state: z.enum(ROLLBACK_STATES),
  outcome: z.enum(ROLLBACK_OUTCOMES).optional(),
  abortReason: z.enum(ESCALATION_REASONS).optional(),
  version: z.number().int(),
  openedAt: instant,
  stateSince: instant,
  deadlineAt: instant.optional(),
  endedAt: instant.optional(),
  explanation: z.string(),
  /** True when a person has to do something. */
  needsHuman: z.boolean(),
  /** In DegradationDetected: when enough degraded checks in a row had proved the degradation. */
  confirmedAt: instant.optional(),
  /** In DegradationDetected: when the candidate search began; absent while it is queued. */
  searchStartedAt: instant.optional(),
  /** Mode `observe`: why nothing is changed. */
  dryRun: z.string().optional(),
  pullRequest: pullRequestSchema.optional(),
});

/** @public */
export const rollbackListSchema = z.object({
  items: z.array(rollbackSummarySchema),
  totalItems: z.number().int(),
  nextCursor: z.string().optional(),
});

/** Everything the portal shows about one rollback. @public */
export const rollbackDetailSchema = rollbackSummarySchema.extend({
  currentRevision: z.string(),
  targetRevision: sha.optional(),
  steps: z.array(rollbackStepSchema),
  checks: z.array(healthCheckSchema),
  candidates: z
    .object({
      searchedAt: instant,
      currentRevision: z.string(),
      rows: z.array(candidateSchema),
    })
    .optional(),
  verdicts: verdictSetSchema.optional(),
  change: z
    .object({
      files: z.array(z.object({ path: z.string(), patch: z.string() })),
    })
    .optional(),
  ci: z
    .object({ observedAt: instant, checks: z.array(ciCheckSchema) })
    .optional(),
  escalation: z
    .object({
      reason: z.enum(ESCALATION_REASONS),
      because: z.string(),
      recommendedAction: z.string(),
      issueUrl: z.string().optional(),
      at: instant,
    })
    .optional(),
  timeline: z.array(timelineEntrySchema),
  /** How many older timeline entries were left out of `timeline`. */
  timelineOmitted: z.number().int().nonnegative().optional(),
  /** The server's clock when it answered; countdowns are drawn against it. */
  now: instant.optional(),
  argoUrl: z.string().optional(),
  repositoryUrl: z.string().optional(),
  /** Catalog entities the application belongs to. */
  entityRefs: z.array(z.string()).optional(),
});

/** @public */
export const applicationDetailSchema = applicationSummarySchema.extend({
  checks: z.array(healthCheckSchema),
  findings: z.array(complianceFindingSchema),
  rollback: rollbackDetailSchema.optional(),
  history: z.array(rollbackSummarySchema),
});

/** One configured system the operator talks to, and how that goes. @public */
export const systemStatusSchema = z.object({
  kind: z.enum(['argocd', 'kubernetes', 'github', 'prometheus', 'config']),
  name: z.string(),
  status: z.enum(['ok', 'failing', 'misconfigured', 'not_configured']),
  because: z.string(),
  howToMend: z.string().optional(),
  checkedAt: instant.optional(),
});

/** The first thing the fleet page shows. @public */
export const overviewSchema = z.object({
  now: instant,
  lastTickAt: instant.optional(),
  applications: z.object({
    total: z.number().int(),
    byHealth: z.record(z.string(), z.number().int()),
    byEnvironment: z.record(z.string(), z.number().int()),
  }),
  needsHuman: z.array(rollbackSummarySchema),
  active: z.array(rollbackSummarySchema),
  recent: z.array(rollbackSummarySchema),
  systems: z.array(systemStatusSchema),
  /** The timing constants in force (SPEC §2), milliseconds. */
  timing: z.record(z.string(), z.number()),
  modes: z.record(z.string(), z.enum(OPERATOR_MODES)),
});

/** @public */
export const entityApplicationsSchema = z.object({
  entityRef: z.string(),
  /** The server's clock when it answered; countdowns are drawn against it. */
  now: instant.optional(),
  items: z.array(applicationDetailSchema),
  /** Set when the annotations contradict each other or name nothing that exists. */
  problem: z.string().optional(),
});

/** Every error of the REST API: Backstage's shape plus a code that does not change. @public */
export const errorBodySchema = z.object({
  error: z.object({
    /** Name of the kind of error, such as `InputError`. */
    name: z.string(),
    /** For people: what was wrong, where, what to do. */
    message: z.string(),
    /** For programs, such as `ROLLBACK_NOT_FOUND`. */
    code: z.string(),
    /** The parameter that was wrong, when one was. */
    field: z.string().optional(),
  }),
  request: z.object({ method: z.string(), url: z.string() }),
  response: z.object({ statusCode: z.number().int() }),
});

/** @public */
export type ApplicationSummary = z.infer<typeof applicationSummarySchema>;
/** @public */
export type ApplicationDetail = z.infer<typeof applicationDetailSchema>;
/** @public */
export type ApplicationList = z.infer<typeof applicationListSchema>;
/** @public */
export type EntityApplications = z.infer<typeof entityApplicationsSchema>;
/** @public */
export type HealthCheckView = z.infer<typeof healthCheckSchema>;
/** @public */
export type ComplianceFinding = z.infer<typeof complianceFindingSchema>;
/** @public */
export type RollbackStep = z.infer<typeof rollbackStepSchema>;
/** @public */
export type InvariantVerdictView = z.infer<typeof invariantVerdictSchema>;
/** @public */
export type GuardVerdictView = z.infer<typeof guardVerdictSchema>;
/** @public */
export type VerdictSetView = z.infer<typeof verdictSetSchema>;
/** @public */
export type CandidateView = z.infer<typeof candidateSchema>;
/** @public */
export type PullRequestView = z.infer<typeof pullRequestSchema>;
/** @public */
export type CiCheckView = z.infer<typeof ciCheckSchema>;
/** @public */
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;
/** @public */
export type RollbackSummary = z.infer<typeof rollbackSummarySchema>;
/** @public */
export type RollbackDetail = z.infer<typeof rollbackDetailSchema>;
/** @public */
export type RollbackList = z.infer<typeof rollbackListSchema>;
/** @public */
export type SystemStatus = z.infer<typeof systemStatusSchema>;
/** @public */
export type Overview = z.infer<typeof overviewSchema>;
/** @public */
export type ErrorBody = z.infer<typeof errorBodySchema>;
