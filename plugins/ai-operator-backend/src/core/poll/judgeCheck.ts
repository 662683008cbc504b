import { ApplicationRecord, HealthCheck, HealthReading } from '../application';
import { Policy } from '../policy';
import { alertFor, HealthAlert } from './alert';
import { judgeDegraded } from './degraded';

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

export interface CheckJudgement {
  /** The record from now on. */
  record: ApplicationRecord;
  check: HealthCheck;
  /** True when the check belongs into the stored history: something changed, or a rollback watches. */
  notable: boolean;
  /** It differs from the check before in more than its time. */
  changed: boolean;
  /** True when this check begins a rollback: build it with `openRollback`. */
  openRollback: boolean;
  /** Why no rollback begins although the check is degraded and none is open. */
  refusedBecause?: string;
  alert?: HealthAlert;
}

/**
 * A beat of 10 s arrives a little early or late. A check that comes at least
 * this share of the interval after the last counted one is the next check; an
 * earlier one is another look at the same moment.
 */
const MIN_SHARE_OF_INTERVAL = 0.8;

function isNextCheck(
  countedAt: number | undefined,
  now: number,
  policy: Policy,
): boolean {
  return (
    countedAt === undefined ||
    now - countedAt >= policy.timing.healthCheckInterval * MIN_SHARE_OF_INTERVAL
  );
}

type Streak = Pick<
  ApplicationRecord,
  'streak' | 'streakSince' | 'streakCountedAt'
>;

function streakAfter(
  previous: ApplicationRecord | undefined,
  reading: HealthReading,
  revision: string | undefined,
  now: number,
  policy: Policy,
): Streak {
  // The evidence must be about what runs now: another revision that is degraded
  // has to be proven degraded by checks of its own, or a fix that is still
  // rolling out would be rolled back on the strength of what it replaces.
  const carried =
    previous && previous.streak > 0 && previous.revision === revision
      ? previous
      : undefined;
  if (reading.health === 'NotMeasured') {
    return {
      streak: carried?.streak ?? 0,
      streakSince: carried?.streakSince,
      streakCountedAt: carried?.streakCountedAt,
    };
  }
  const degraded = judgeDegraded(reading);
  if (
    degraded === 'no' ||
    (degraded === 'only_continues' && carried === undefined)
  ) {
    return { streak: 0 };
  }
  if (carried === undefined) {
    return { streak: 1, streakSince: now, streakCountedAt: now };
  }
  return isNextCheck(carried.streakCountedAt, now, policy)
    ? {
        streak: carried.streak + 1,
        streakSince: carried.streakSince,
        streakCountedAt: now,
      }
    : {
        streak: carried.streak,
        streakSince: carried.streakSince,
        streakCountedAt: carried.streakCountedAt,
      };
}

function healthySinceAfter(
  previous: ApplicationRecord | undefined,
  reading: HealthReading,
  revision: string | undefined,
  now: number,
): number | undefined {
  if (reading.health === 'NotMeasured') {
    return previous?.healthySince;
  }
  if (reading.health !== 'Healthy') {
    return undefined;
  }
  return previous?.revision === revision ? previous?.healthySince ?? now : now;
}

function unclearAfter(
  previous: ApplicationRecord | undefined,
  { health }: HealthReading,
  now: number,
  policy: Policy,
): ApplicationRecord['unclear'] {
  const before = previous?.unclear;
  if (health === 'NotMeasured') {
    return before;
  }
  if (health !== 'Missing' && health !== 'Unknown') {
    return undefined;
  }
  if (before?.health !== health) {
    return { health, checks: 1, countedAt: now };
  }
  return isNextCheck(before.countedAt, now, policy)
    ? { health, checks: before.checks + 1, countedAt: now }
    : before;
}

function refusalOf(record: ApplicationRecord): string | undefined {
  if (record.lockedBy !== undefined) {
    return `the last rollback (${record.lockedBy}) was aborted: no new one begins until a senior maintainer resets it`;
  }
  if (record.environment === undefined) {
    return 'the Application has no environment that the configuration maps to staging or production';
  }
  if (record.revision === undefined) {
    return 'Argo CD does not name the revision that runs, so there is nothing to go back from';
  }
  return undefined;
}

function differs(previous: ApplicationRecord, record: ApplicationRecord) {
  const [before, after] = [
    previous.lastCheck.replicas,
    record.lastCheck.replicas,
  ];
  return (
    previous.lastCheck.health !== record.lastCheck.health ||
    previous.revision !== record.revision ||
    previous.streak !== record.streak ||
    (before?.known === true &&
      after?.known === true &&
      (before.value.available !== after.value.available ||
        before.value.desired !== after.value.desired))
  );
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
  const revision = reading.revision ?? previous?.revision;
  const streak = streakAfter(previous, reading, revision, now, policy);
  const isDegraded = reading.health === 'Degraded' && streak.streak > 0;
  const check: HealthCheck = {
    ...reading,
    at: now,
    streak: isDegraded ? streak.streak : 0,
  };
  const { key, project, environment, source, destination, labels, findings } =
    facts;
  const record: ApplicationRecord = {
    key,
    project,
    environment,
    source,
    destination,
    labels,
    findings,
    lastCheck: check,
    healthSince:
      previous?.lastCheck.health === reading.health
        ? previous.healthSince
        : now,
    streak: streak.streak,
    streakSince: streak.streakSince,
    streakCountedAt: streak.streakCountedAt,
    unclear: unclearAfter(previous, reading, now, policy),
    healthySince: healthySinceAfter(previous, reading, revision, now),
    revision,
    openRollback: previous?.openRollback,
    lockedBy: previous?.lockedBy,
  };

  const changed = previous === undefined || differs(previous, record);
  const wantsRollback = isDegraded && record.openRollback === undefined;
  const refusedBecause = wantsRollback ? refusalOf(record) : undefined;
  return {
    record,
    check,
    changed,
    notable: changed || record.streak > 0 || record.openRollback !== undefined,
    openRollback: wantsRollback && refusedBecause === undefined,
    refusedBecause,
    alert: alertFor(previous, record, refusedBecause, policy),
  };
}
