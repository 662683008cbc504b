import { ApplicationRecord } from '../application';
import { Policy } from '../policy';
import { replicaWords } from './words';

/** Something a person is told about an application, whether or not a rollback begins. */
export interface HealthAlert {
  kind: 'degraded' | 'missing' | 'unknown';
  /** AC-06: production degradations are told at once and urgently. */
  urgent: boolean;
  because: string;
  recommendedAction: string;
}

/**
 * Argo CD's word without a shortage of replicas proves nothing that a rollback
 * could mend, but nobody should have to find out by chance (AC-02). Told when it
 * begins; what was scaled to zero on purpose is left alone.
 */
function unprovenDegradation(
  previous: ApplicationRecord | undefined,
  { lastCheck, streak }: ApplicationRecord,
): Pick<HealthAlert, 'because' | 'recommendedAction'> | undefined {
  const { health, replicas } = lastCheck;
  if (
    health !== 'Degraded' ||
    streak > 0 ||
    previous?.lastCheck.health === 'Degraded'
  ) {
    return undefined;
  }
  if (!replicas?.known) {
    return {
      because: `its replicas could not be read${
        replicas ? ` (${replicas.because})` : ''
      }`,
      recommendedAction:
        'Look at the application yourself, and mend the access to its cluster: without it no degradation can be proven.',
    };
  }
  return replicas.value.desired === 0
    ? undefined
    : {
        because: `${replicas.value.available} of ${replicas.value.desired} replicas are available`,
        recommendedAction:
          'Look at the Application in Argo CD: something other than its Deployments is degraded.',
      };
}

/**
 * Alerts are given once: at the first check of a degradation (AC-02), and at the
 * check that makes Missing or Unknown persistent (seed §6.1).
 */
export function alertFor(
  previous: ApplicationRecord | undefined,
  record: ApplicationRecord,
  refusedBecause: string | undefined,
  policy: Policy,
): HealthAlert | undefined {
  const urgent = record.environment === 'production';
  const { name } = record.key;
  const began =
    record.streak > 0 &&
    (previous === undefined || record.streakSince !== previous.streakSince);
  if (began) {
    return {
      kind: 'degraded',
      urgent,
      because: `${name} is Degraded${replicaWords(record.lastCheck.replicas)}${
        refusedBecause ? `; no rollback begins: ${refusedBecause}` : ''
      }`,
      recommendedAction: refusedBecause
        ? 'Bring the application back by hand, and mend what keeps the operator from acting.'
        : `Nothing yet: ${policy.timing.persistenceChecks} consecutive degraded checks begin the search for a stable revision.`,
    };
  }
  const unproven = unprovenDegradation(previous, record);
  if (unproven) {
    return {
      kind: 'degraded',
      urgent,
      because: `Argo CD calls ${name} Degraded, but ${unproven.because}: no rollback begins`,
      recommendedAction: unproven.recommendedAction,
    };
  }
  const { unclear } = record;
  if (
    unclear &&
    unclear.checks === policy.timing.persistenceChecks &&
    previous?.unclear?.checks !== unclear.checks
  ) {
    return unclear.health === 'Missing'
      ? {
          kind: 'missing',
          urgent,
          because: `Argo CD finds resources of ${name} missing (${unclear.checks} consecutive checks)`,
          recommendedAction:
            'Look at the Application in Argo CD: resources it declares do not exist in the cluster. A rollback would not bring them back.',
        }
      : {
          kind: 'unknown',
          urgent,
          because: `Argo CD cannot tell the health of ${name} (${unclear.checks} consecutive checks)`,
          recommendedAction:
            'Look at the Application in Argo CD: its manifests do not render or the cluster cannot be reached.',
        };
  }
  return undefined;
}
