import type { TransitionId } from '../core/decide/transitions';
import { EffectOutcome } from '../core/effect';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/**
 * How loud each move of a rollback is. `info`: it goes as it should. `warn`:
 * somebody should have a look, or people have taken it into their own hands.
 * `error`: the operator could not help, and the application is still degraded.
 */
export const TRANSITION_LEVELS: Record<TransitionId, LogLevel> = {
  degradation_detected: 'info',
  transient: 'info',
  candidate_resolved: 'info',
  no_stable_candidate: 'error',
  too_many_attempts: 'error',
  source_unresolved: 'error',
  health_restored: 'info',
  no_longer_degraded: 'info',
  pull_request_opened: 'info',
  pull_request_impossible: 'error',
  ci_succeeded: 'info',
  ci_failed: 'error',
  ci_timed_out: 'error',
  merged_by_operator: 'info',
  merged_by_human: 'info',
  closed_by_human: 'warn',
  restored_before_merge: 'info',
  invariant_broken: 'error',
  person_needed: 'warn',
  approval_timed_out: 'error',
  person_approved: 'info',
  aborted_by_human: 'warn',
  taken_over: 'warn',
  reset: 'info',
  handed_back: 'info',
  review_timed_out: 'error',
  superseded: 'info',
  recovered: 'info',
  degraded_again: 'error',
  not_recovered: 'error',
  archived: 'info',
  stale: 'error',
  application_gone: 'error',
};

/** The level of a move. One with which people are asked or alerted is at least a warning. */
export function moveLevel(
  transition: TransitionId,
  asksPeople: boolean,
): LogLevel {
  const level = TRANSITION_LEVELS[transition];
  return asksPeople && level === 'info' ? 'warn' : level;
}

/**
 * How loud the end of an effect is. What a move of the rollback tells as well,
 * and what merely reaches or does not reach people, is for debugging only.
 */
export const EFFECT_LEVELS: Record<EffectOutcome['result'], LogLevel> = {
  opened: 'debug',
  merged: 'debug',
  closed: 'info',
  already_closed: 'debug',
  already_merged: 'warn',
  raised: 'info',
  paged: 'warn',
  answered: 'debug',
  gone: 'debug',
  sent: 'debug',
  published: 'debug',
  no_issue: 'debug',
  nobody_to_tell: 'debug',
  no_pager: 'debug',
  dry_run: 'info',
  not_wanted: 'info',
  conflict: 'warn',
  refused: 'warn',
  invalid: 'error',
  permission_denied: 'error',
  failed: 'error',
};

export function effectLevel({ result }: EffectOutcome): LogLevel {
  return EFFECT_LEVELS[result];
}
