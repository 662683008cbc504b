import {
  ApplicationKey,
  Environment,
  MeasuredHealth,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { ApplicationRecord } from '../core/application';
import { hasEnded, needsHuman } from '../core/decision';
import { Rollback, RollbackState } from '../core/rollback';
import { ApplicationRow, BigintColumn, RollbackRow } from './tables';

/** Worst first; the order of the fleet table. */
const HEALTH_RANK: Record<MeasuredHealth, number> = {
  Degraded: 0,
  Missing: 1,
  Unknown: 2,
  NotMeasured: 3,
  Progressing: 4,
  Suspended: 5,
  Healthy: 6,
};

export function optionalNumber(
  value: BigintColumn | null | undefined,
): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}

export function optionalText(value: string | null): string | undefined {
  return value ?? undefined;
}

/** PostgreSQL cannot keep the character NUL in text; nobody misses it in a sentence. */
export function plainText(value: string): string {
  return value.replaceAll('\0', '');
}

function json(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

function parsed<T>(text: string | null): T | undefined {
  return text === null ? undefined : (JSON.parse(text) as T);
}

export function keyOf(row: ApplicationKey): ApplicationKey {
  return { instance: row.instance, namespace: row.namespace, name: row.name };
}

export function applicationToRow(record: ApplicationRecord): ApplicationRow {
  // What holds the application is read from the rollbacks, which know best.
  const { openRollback: _open, lockedBy: _locked, ...stored } = record;
  return {
    ...keyOf(record.key),
    project: record.project,
    environment: record.environment ?? '',
    health: record.lastCheck.health,
    health_rank: HEALTH_RANK[record.lastCheck.health],
    health_since: record.healthSince,
    checked_at: record.lastCheck.at,
    labels: JSON.stringify(record.labels ?? {}),
    search_text: [
      record.key.name,
      record.key.namespace,
      record.key.instance,
      record.project,
      record.source.known ? record.source.value.repository : '',
    ]
      .join(' ')
      .toLowerCase(),
    record: JSON.stringify(stored),
  };
}

export function rowToApplication(
  row: Pick<ApplicationRow, 'record'>,
  heldBy: { correlationId: string; state: string } | undefined,
): ApplicationRecord {
  const record = JSON.parse(row.record) as ApplicationRecord;
  if (!heldBy) {
    return record;
  }
  return heldBy.state === 'Abort'
    ? { ...record, lockedBy: heldBy.correlationId }
    : { ...record, openRollback: heldBy.correlationId };
}

/** A place among the concurrent rollbacks is taken when the search begins, and held by every later open state. */
function placeTakenAt(state: RollbackState): number | undefined {
  if (state.name === 'DegradationDetected') {
    return state.searchStartedAt;
  }
  return hasEnded({ state }) ? undefined : state.enteredAt;
}

/** Columns that follow from the state, kept so that the database can select and count by them. */
export function stateColumns(state: RollbackState, environment: Environment) {
  const ended = hasEnded({ state });
  return {
    state: state.name,
    state_since: state.enteredAt,
    state_body: JSON.stringify(state),
    ended_at: ended ? state.enteredAt : null,
    outcome: state.name === 'Idle' ? state.outcome : null,
    abort_reason: state.name === 'Abort' ? state.reason : null,
    needs_human: needsHuman({ state, environment }),
    confirmed_at: 'confirmedAt' in state ? state.confirmedAt ?? null : null,
    active_at: placeTakenAt(state) ?? null,
    ...pullColumns(state),
  };
}

/** What GitHub's events are matched with. Repositories are told apart without regard to case, as on GitHub. */
function pullColumns(state: RollbackState) {
  const pullRequest = 'pullRequest' in state ? state.pullRequest : undefined;
  const source = 'source' in state ? state.source : undefined;
  return {
    pull_repository: source?.repository.toLowerCase() ?? null,
    pull_number: pullRequest?.number ?? null,
    pull_head_sha: pullRequest?.headSha ?? null,
  };
}

export function rollbackToRow(
  rollback: Rollback,
): Omit<
  RollbackRow,
  'lease_holder' | 'lease_until' | 'ticket' | 'woken' | 'wake_at'
> {
  return {
    correlation_id: rollback.correlationId,
    ...keyOf(rollback.application),
    environment: rollback.environment,
    current_revision: rollback.currentRevision,
    opened_at: rollback.openedAt,
    version: rollback.version,
    steering: rollback.steering,
    ...stateColumns(rollback.state, rollback.environment),
    candidates: json(rollback.candidates),
    verdicts: json(rollback.verdicts),
    ci: json(rollback.ci),
    escalation: json(rollback.escalation),
    escalation_issue_url: rollback.escalation?.issueUrl ?? null,
  };
}

/** The columns a {@link Rollback} is made of. Lists leave the large ones out. */
export type RollbackBodyRow = RollbackSummaryRow &
  Partial<Pick<RollbackRow, 'candidates' | 'verdicts' | 'ci'>>;

export function rowToRollback(row: RollbackBodyRow): Rollback {
  const escalation = parsed<NonNullable<Rollback['escalation']>>(
    row.escalation,
  );
  return {
    correlationId: row.correlation_id,
    application: keyOf(row),
    environment: row.environment as Environment,
    currentRevision: row.current_revision,
    openedAt: Number(row.opened_at),
    version: row.version,
    steering: row.steering,
    state: JSON.parse(row.state_body) as RollbackState,
    candidates: parsed(row.candidates ?? null),
    verdicts: parsed(row.verdicts ?? null),
    ci: parsed(row.ci ?? null),
    escalation:
      escalation && row.escalation_issue_url
        ? { ...escalation, issueUrl: row.escalation_issue_url }
        : escalation,
  };
}

/** Columns of a rollback without the large ones that only its own page shows. */
export const SUMMARY_COLUMNS = [
  'correlation_id',
  'instance',
  'namespace',
  'name',
  'environment',
  'current_revision',
  'opened_at',
  'version',
  'steering',
  'state',
  'state_since',
  'state_body',
  'escalation',
  'escalation_issue_url',
  'ended_at',
  'needs_human',
] as const;

export type RollbackSummaryRow = Pick<
  RollbackRow,
  (typeof SUMMARY_COLUMNS)[number]
>;
