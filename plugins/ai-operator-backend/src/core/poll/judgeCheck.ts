import { ApplicationRecord, HealthCheck, HealthReading } from '../application';
import { Policy } from '../policy';

/** What the list call tells about an application besides its health. */
export type ApplicationFacts = Pick<
  ApplicationRecord,
  | 'key'
  | 'project'
  | 'environment'
  | 'source'
  | 'destination'
  | 'labels'
  | 'findings'
>;

/** Something a person is told about an application, whether or not a rollback begins. */
export interface HealthAlert {
  kind: 'degraded' | 'missing' | 'unknown';
  /** AC-06: production degradations are told at once and urgently. */
  urgent: boolean;
  because: string;
  recommendedAction: string;
}

export interface CheckJudgement {
  /** The record from now on. */
  record: ApplicationRecord;
  check: HealthCheck;
  /** True when the check belongs into the stored history: something changed, or a rollback watches. */
  notable: boolean;
  /** True when this check begins a rollback: build it with `openRollback`. */
  openRollback: boolean;
  /** Why no rollback begins although the check is degraded and none is open. */
  refusedBecause?: string;
  alert?: HealthAlert;
}

/**
 * Judges one health check (SPEC §4, AC-02, AC-03, AC-06). `previous` is undefined
 * at the first sight of an application. A look repeated within one interval
 * never counts as another check.
 */
export function judgeCheck(
  previous: ApplicationRecord | undefined,
  facts: ApplicationFacts,
  reading: HealthReading,
  now: number,
  policy: Policy,
): CheckJudgement {
  throw new Error(
    `not implemented ${previous}${facts}${reading}${now}${policy}`,
  );
}
