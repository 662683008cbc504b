import {
  ApplicationSummary,
  HealthCheckView,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import {
  ApplicationRecord,
  deadlineOf,
  explainApplication,
  HealthCheck,
  HealthReading,
} from '../../core';
import { ListedRecord } from '../../persistence';
import { repositoryUrl, ViewContext } from './context';

function viewReplicas(
  replicas: HealthReading['replicas'],
): HealthCheckView['replicas'] {
  if (!replicas) {
    return undefined;
  }
  return replicas.known
    ? {
        known: true,
        available: replicas.value.available,
        desired: replicas.value.desired,
      }
    : { known: false, because: replicas.because };
}

export function viewCheck(check: HealthCheck): HealthCheckView {
  return {
    at: check.at,
    health: check.health,
    because: check.because,
    replicas: viewReplicas(check.replicas),
    streak: check.streak,
  };
}

/** Unchanged applications are not written each tick: they were checked when their instance was last read. */
function checkedAt(
  { lastCheck }: ApplicationRecord,
  instanceOkAt: number | undefined,
): number {
  return lastCheck.health === 'NotMeasured'
    ? lastCheck.at
    : Math.max(lastCheck.at, instanceOkAt ?? 0);
}

function problemOf(record: ApplicationRecord): string | undefined {
  if (record.environment === undefined) {
    return 'Its environment label is missing, or names nothing that aiOperator.environments maps to staging or production.';
  }
  return record.source.known ? undefined : record.source.because;
}

/** One row of the fleet table. */
export function viewApplication(
  { record, rollback, instanceOkAt }: ListedRecord,
  context: ViewContext,
): ApplicationSummary {
  const { links, now, policy } = context;
  const { environment, lastCheck } = record;
  const repository = record.source.known
    ? record.source.value.repository
    : undefined;
  return {
    key: record.key,
    environment,
    project: record.project,
    health: lastCheck.health,
    healthSince: record.healthSince,
    checkedAt: checkedAt(record, instanceOkAt),
    syncStatus: lastCheck.syncStatus,
    revision: record.revision,
    replicas: viewReplicas(lastCheck.replicas),
    streak: record.streak,
    streakNeeded: environment && policy.timing.persistenceChecks,
    mode: environment && policy.modes[environment],
    repository,
    repositoryUrl: repository && repositoryUrl(links, repository),
    entityRefs: context
      .entitiesOf(record)
      .map(selection => selection.entityRef),
    activeRollback: rollback && {
      correlationId: rollback.correlationId,
      state: rollback.state.name,
      since: rollback.state.enteredAt,
      deadlineAt: deadlineOf(rollback, policy)?.at,
    },
    explanation: explainApplication(record, rollback, now, policy),
    problem: problemOf(record),
    argoUrl: links.application(record.key),
  };
}
