/**
 * The closed vocabularies of AI Operator: one meaning, one word, the same in
 * code, tables, API, portal and documents.
 */

/** Where an application runs. The label `environment` of the Application, mapped by configuration. @public */
export const ENVIRONMENTS = ['staging', 'production'] as const;

/** {@inheritDoc ENVIRONMENTS} @public */
export type Environment = (typeof ENVIRONMENTS)[number];

/** What Argo CD says about an application (seed §6.1). @public */
export const HEALTH_STATUSES = [
  'Healthy',
  'Progressing',
  'Degraded',
  'Suspended',
  'Missing',
  'Unknown',
] as const;

/** {@inheritDoc HEALTH_STATUSES} @public */
export type HealthStatus = (typeof HEALTH_STATUSES)[number];

/**
 * The result of one health check. `NotMeasured` means that we could not ask:
 * it neither adds to a degradation nor ends one (SPEC §4).
 * @public
 */
export const MEASURED_HEALTH = [...HEALTH_STATUSES, 'NotMeasured'] as const;

/** {@inheritDoc MEASURED_HEALTH} @public */
export type MeasuredHealth = (typeof MEASURED_HEALTH)[number];

/** The states of one rollback (SPEC §5). @public */
export const ROLLBACK_STATES = [
  'Idle',
  'DegradationDetected',
  'CandidateResolved',
  'PRCreated',
  'AwaitingMergeApproval',
  'AwaitingHumanReview',
  'RollbackMerged',
  'RollbackComplete',
  'Abort',
] as const;

/** {@inheritDoc ROLLBACK_STATES} @public */
export type RollbackStateName = (typeof ROLLBACK_STATES)[number];

/** The eight safety invariants (SPEC §6). A merge needs every one to hold. @public */
export const INVARIANT_IDS = [
  'I1_environment',
  'I2_health_degraded',
  'I3_replica_shortage',
  'I4_persistence',
  'I5_stable_previous',
  'I6_ci_success',
  'I7_no_conflicts',
  'I8_branch_protection',
] as const;

/** {@inheritDoc INVARIANT_IDS} @public */
export type InvariantId = (typeof INVARIANT_IDS)[number];

/** Extra safety rules that can only hold back (SPEC §8). @public */
export const GUARD_IDS = [
  'mode',
  'pause',
  'freeze',
  'hold_label',
  'own_commits_only',
  'merge_quota',
  'github_budget',
  'audit_trail',
] as const;

/** {@inheritDoc GUARD_IDS} @public */
export type GuardId = (typeof GUARD_IDS)[number];

/** Three-valued: what could not be determined is `unknown`, and `unknown` never merges. @public */
export const VERDICT_RESULTS = ['holds', 'broken', 'unknown'] as const;

/** {@inheritDoc VERDICT_RESULTS} @public */
export type VerdictResult = (typeof VERDICT_RESULTS)[number];

/** Why a rollback ended in `Abort` or needs a person (SPEC §5). @public */
export const ESCALATION_REASONS = [
  'NO_STABLE_CANDIDATE',
  'PERMISSION_DENIED',
  'CONFLICT',
  'VALIDATION',
  'PR_NOT_OPENED',
  'APPLICATION_GONE',
  'CI_FAILURE',
  'CI_TIMEOUT',
  'INVARIANT_BROKEN',
  'NEEDS_HUMAN_REVIEW',
  'NEEDS_APPROVAL',
  'APPROVAL_TIMEOUT',
  'REVIEW_TIMEOUT',
  'PR_CLOSED',
  'NEW_DEGRADATION',
  'NOT_RECOVERED',
  'MANUAL_TAKEOVER',
  'ABORTED_BY_HUMAN',
  'STALE_STATE',
  'TOO_MANY_ATTEMPTS',
  'QUOTA_EXCEEDED',
] as const;

/** {@inheritDoc ESCALATION_REASONS} @public */
export type EscalationReason = (typeof ESCALATION_REASONS)[number];

/** How a rollback that returned to `Idle` ended. @public */
export const ROLLBACK_OUTCOMES = [
  'transient',
  'health_restored',
  'completed',
  'superseded',
  'reset',
] as const;

/** {@inheritDoc ROLLBACK_OUTCOMES} @public */
export type RollbackOutcome = (typeof ROLLBACK_OUTCOMES)[number];

/**
 * How far the operator may go in an environment: only look, open pull requests
 * that people merge, or merge by itself. Production can never be `auto` (RB-08).
 * @public
 */
export const OPERATOR_MODES = ['observe', 'propose', 'auto'] as const;

/** {@inheritDoc OPERATOR_MODES} @public */
export type OperatorMode = (typeof OPERATOR_MODES)[number];

/**
 * What a person may tell the operator about one rollback (SPEC §5, §9): in the
 * portal, and all but `RESET` as a comment on the escalation issue.
 * @public
 */
export const HUMAN_COMMANDS = ['APPROVE', 'ABORT', 'MANUAL', 'RESET'] as const;

/** {@inheritDoc HUMAN_COMMANDS} @public */
export type HumanCommandName = (typeof HUMAN_COMMANDS)[number];

/** Where a person spoke. @public */
export const COMMAND_SOURCES = ['portal', 'issue', 'review'] as const;

/** {@inheritDoc COMMAND_SOURCES} @public */
export type CommandSource = (typeof COMMAND_SOURCES)[number];

/** One Argo CD Application: never identified by its name alone. @public */
export interface ApplicationKey {
  /** Name of the Argo CD instance, as in `argocd.appLocatorMethods`. */
  instance: string;
  /** Namespace of the Application resource. */
  namespace: string;
  /** Name of the Application resource. */
  name: string;
}

/** `instance/namespace/name`, for logs and keys. @public */
export function stringifyApplicationKey(key: ApplicationKey): string {
  return `${key.instance}/${key.namespace}/${key.name}`;
}
