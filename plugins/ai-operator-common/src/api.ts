import { z } from 'zod';
import { ROLES } from './people';
import {
  COMMAND_SOURCES,
  ENVIRONMENTS,
  ESCALATION_REASONS,
  GUARD_IDS,
  HUMAN_COMMANDS,
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
  /** Production only: whether the right person approved this head (SPEC §7); takes the place of I1. */
  approval: z
    .object({
      result: z.enum(VERDICT_RESULTS),
      because: z.string(),
      evidence: z.array(evidenceSchema),
    })
    .optional(),
});

/** A person, as far as the catalog and GitHub tell. @public */
export const personSchema = z.object({
  entityRef: z.string().optional(),
  /** GitHub login. */
  login: z.string().optional(),
});

/** What a person told the operator about a rollback, and what came of it. @public */
export const humanCommandSchema = z.object({
  id: z.string(),
  command: z.enum(HUMAN_COMMANDS),
  source: z.enum(COMMAND_SOURCES),
  person: personSchema,
  reason: z.string().optional(),
  at: instant,
  /** `pending`: recorded, the operator acts on it with its next look. */
  result: z.enum(['pending', 'accepted', 'refused', 'withdrawn']),
  because: z.string().optional(),
});

/** One thing the caller might do, whether they may now, and why (not). @public */
export const allowedActionSchema = z.object({
  action: z.enum(HUMAN_COMMANDS),
  allowed: z.boolean(),
  /** What will happen, or why it is not possible and who could. */
  because: z.string(),
});

/** Body of `POST /v1/rollbacks/:correlationId/{approve|abort|manual|reset}`. @public */
export const commandRequestSchema = z.strictObject({
  /** Why; required, except for an approval. */
  reason: z.string().trim().max(2_000).optional(),
  /** `version` of the rollback the person was looking at; 409 when somebody was faster. */
  expectedVersion: z.number().int().nonnegative().optional(),
});

/** Answer to a command: it is recorded, and the operator acts on it at once. @public */
export const commandResultSchema = z.object({
  correlationId: z.string(),
  command: humanCommandSchema,
  /** One sentence for the person: what was recorded, and what happens now. */
  message: z.string(),
  /** With APPROVE: whether the person's own review was submitted on GitHub. */
  review: z.object({ submitted: z.boolean(), because: z.string() }).optional(),
  /** With APPROVE: what GitHub still demands before it lets the pull request be merged. */
  githubDemands: z.array(z.string()).optional(),
});

/** The caller, and what they may do that is not about one rollback. @public */
export const callerSchema = z.object({
  entityRef: z.string().optional(),
  login: z.string().optional(),
  roles: z.array(z.enum(ROLES)),
  pause: z.object({ allowed: z.boolean(), because: z.string() }),
});

/** A pause of everything, or of one application (SPEC §8). @public */
export const pauseSchema = z.object({
  id: z.string(),
  /** Absent: everything is paused. */
  application: applicationKeySchema.optional(),
  reason: z.string(),
  /** Entity ref of who paused. */
  by: z.string(),
  at: instant,
  /** When it ends by itself; absent: when somebody resumes. */
  until: instant.optional(),
});

/** Pauses in force. @public */
export const pauseListSchema = z.object({
  now: instant,
  items: z.array(pauseSchema),
});

/** Body of `PUT /v1/pause`: pause or resume everything, or one application. @public */
export const pauseRequestSchema = z.strictObject({
  application: applicationKeySchema.optional(),
  paused: z.boolean(),
  reason: z.string().trim().min(1, 'is empty').max(2_000),
  until: instant.optional(),
});

/** One thing the doctor looked at. @public */
export const doctorFindingSchema = z.object({
  id: z.string(),
  area: z.enum([
    'argocd',
    'kubernetes',
    'github',
    'prometheus',
    'people',
    'notifications',
    'pager',
    'audit',
    'database',
    'operator',
    'config',
  ]),
  /** The instance, repository or cluster it is about. */
  name: z.string(),
  title: z.string(),
  /** `warning`: it works, but is not as it should be, such as more rights than needed. */
  status: z.enum(['ok', 'warning', 'problem', 'unknown']),
  because: z.string(),
  howToMend: z.string().optional(),
  checkedAt: instant,
});

/** Answer of `GET /v1/doctor`. @public */
export const doctorReportSchema = z.object({
  now: instant,
  findings: z.array(doctorFindingSchema),
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
  /** Raised whenever the state moves or a person gives a command: hand it back as `expectedVersion`. */
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
  /** What the caller may do about it now. */
  allowedActions: z.array(allowedActionSchema),
  /** What people have told the operator about it, oldest first. */
  commands: z.array(humanCommandSchema),
  /** What GitHub still demands before it lets the pull request be merged; empty when nothing, or not known. */
  githubDemands: z.array(z.string()),
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
  kind: z.enum([
    'argocd',
    'kubernetes',
    'github',
    'prometheus',
    'config',
    'elasticsearch',
    'file',
  ]),
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
  caller: callerSchema,
  pauses: z.array(pauseSchema),
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
export type Person = z.infer<typeof personSchema>;
/** @public */
export type HumanCommandView = z.infer<typeof humanCommandSchema>;
/** @public */
export type AllowedAction = z.infer<typeof allowedActionSchema>;
/** @public */
export type CommandRequest = z.infer<typeof commandRequestSchema>;
/** @public */
export type CommandResult = z.infer<typeof commandResultSchema>;
/** @public */
export type CallerView = z.infer<typeof callerSchema>;
/** @public */
export type PauseView = z.infer<typeof pauseSchema>;
/** @public */
export type PauseList = z.infer<typeof pauseListSchema>;
/** @public */
export type PauseRequest = z.infer<typeof pauseRequestSchema>;
/** @public */
export type DoctorFinding = z.infer<typeof doctorFindingSchema>;
/** @public */
export type DoctorReport = z.infer<typeof doctorReportSchema>;
/** @public */
export type ErrorBody = z.infer<typeof errorBodySchema>;
