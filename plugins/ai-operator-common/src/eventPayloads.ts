import { z } from 'zod';
import {
  ESCALATION_REASONS,
  INVARIANT_IDS,
  ROLLBACK_OUTCOMES,
  ROLLBACK_STATES,
} from './words';

/*
 * What each event tells besides its envelope (SPEC §11). Times are epoch
 * milliseconds, durations milliseconds, revisions full commit ids. Sentences are
 * the operator's own: nothing that a person wrote, and nobody's name. Who acted
 * is an entity ref, and absent where the catalog does not know the person.
 */

const time = z.number().int();
const duration = z.number().int();
const revision = z.string();

/** The rollback pull request, as every event names it that is about one. */
const pullRequest = {
  /** GitHub `owner/repo`. */
  repository: z.string(),
  number: z.number().int(),
  url: z.string(),
  /** The commit the operator made. */
  headSha: revision,
};

const change = {
  /** The revision that was running when the degradation began. */
  currentRevision: revision,
  targetRevision: revision,
};

const invariants = z.array(
  z.object({ id: z.enum(INVARIANT_IDS), because: z.string() }),
);

/** Payload of every event, by its type. @public */
export const eventPayloadSchemas = {
  'degradation.detected': z.object({
    health: z.literal('Degraded'),
    revision,
    /** Consecutive degraded checks so far. */
    streak: z.number().int(),
    /** Absent where they could not be read. */
    replicas: z
      .object({ available: z.number().int(), desired: z.number().int() })
      .optional(),
    because: z.string(),
  }),
  'degradation.confirmed': z.object({
    revision,
    streak: z.number().int(),
    /** Since the first degraded check. */
    degradedMs: duration,
  }),
  'candidate.resolved': z.object({
    /** GitHub `owner/repo`. */
    repository: z.string(),
    branch: z.string(),
    ...change,
    targetCommittedAt: time,
    /** Absent where Argo CD's history does not tell. */
    targetDeployedAt: time.optional(),
    /** 0..1; absent where it could not be measured, and CI alone decided. */
    uptime: z.number().optional(),
    /** Revisions that were judged. */
    considered: z.number().int(),
    /** How long the search took. */
    searchMs: duration,
    because: z.string(),
  }),
  'pr.created': z.object({
    ...pullRequest,
    ...change,
    headBranch: z.string(),
    baseBranch: z.string(),
    /** It was open already and was taken over. */
    adopted: z.boolean(),
  }),
  'merge.completed': z.object({
    ...pullRequest,
    ...change,
    mergeSha: revision,
    mergedBy: z.enum(['operator', 'human']),
    /** Entity ref of who approved what the operator merged. */
    approvedBy: z.string().optional(),
    /** Since the first degraded check. */
    degradedMs: duration,
  }),
  'merge.skipped': z.object({
    ...pullRequest,
    ...change,
    reason: z.enum(['health_restored', 'superseded']),
    because: z.string(),
  }),
  'merge.ci_failed': z.object({
    ...pullRequest,
    ...change,
    /** Names of the checks that failed; at most 20. */
    failedChecks: z.array(z.string()),
    because: z.string(),
  }),
  'merge.invariant_violation': z.object({
    ...pullRequest,
    ...change,
    /** Those that are broken, each with the reason. */
    invariants,
  }),
  'health.restored': z.object({
    ...pullRequest,
    /** The revision that is Healthy: the target of the rollback. */
    revision,
    previousRevision: revision,
    mergeSha: revision,
    /** Since when it is Healthy. */
    recoveredAt: time,
    /** From the first degraded check to `recoveredAt`. */
    downtimeMs: duration,
  }),
  abort: z.object({
    reason: z.enum(ESCALATION_REASONS),
    because: z.string(),
    from: z.enum(ROLLBACK_STATES),
    /** Entity ref of the person who aborted it or took over. */
    by: z.string().optional(),
    currentRevision: revision,
    /** Absent before a candidate is resolved. */
    targetRevision: revision.optional(),
    /** Absent while there is no pull request. */
    pullRequest: z.object(pullRequest).optional(),
    /** Since the first degraded check. */
    degradedMs: duration,
  }),
  'fsm.state_transition': z.object({
    /** Row of the table of moves. */
    transition: z.string(),
    from: z.enum(ROLLBACK_STATES),
    to: z.enum(ROLLBACK_STATES),
    because: z.string(),
    /** Entity ref of the person whose word moved it. */
    by: z.string().optional(),
    /** With `Abort`: why. */
    reason: z.enum(ESCALATION_REASONS).optional(),
    /** With `Idle`: how it ended. */
    outcome: z.enum(ROLLBACK_OUTCOMES).optional(),
    /** How long it was in `from`; absent from `Idle`. */
    inStateMs: duration.optional(),
  }),
};

/** {@inheritDoc eventPayloadSchemas} @public */
export type EventPayloads = {
  [N in keyof typeof eventPayloadSchemas]: z.infer<
    (typeof eventPayloadSchemas)[N]
  >;
};
