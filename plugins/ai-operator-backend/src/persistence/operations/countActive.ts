import { Rollback } from '../../core/rollback';
import { Database } from '../database';
import { RollbackRow } from '../tables';

/**
 * How full the places for concurrent rollbacks are, seen from one rollback
 * (SPEC §5). `total`: other open rollbacks whose candidate search has begun.
 * `aheadInQueue`: confirmed ones still waiting for a place that go before this
 * one, production first, then who was confirmed earlier.
 *
 * Concurrency: a snapshot. Two rollbacks that look at the same time cannot both
 * take the last place as long as each adds `aheadInQueue` to `total`: one of
 * them is ahead of the other.
 */
export async function countActive(
  db: Database,
  options: { rollback: Rollback },
): Promise<{ total: number; aheadInQueue: number }> {
  const { rollback } = options;
  const rows = await db
    .knex<RollbackRow>('rollbacks')
    .whereRaw(`state NOT IN ('Idle', 'Abort')`)
    .whereNot('correlation_id', rollback.correlationId)
    .whereNotNull('confirmed_at')
    .select('correlation_id', 'environment', 'confirmed_at', 'active_at');
  const own = {
    correlation_id: rollback.correlationId,
    environment: rollback.environment,
    confirmed_at:
      'confirmedAt' in rollback.state
        ? rollback.state.confirmedAt ?? Number.MAX_SAFE_INTEGER
        : Number.MAX_SAFE_INTEGER,
  };
  return {
    total: rows.filter(row => row.active_at !== null).length,
    aheadInQueue: rows.filter(
      row => row.active_at === null && goesBefore(row, own),
    ).length,
  };
}

type Waiting = Pick<
  RollbackRow,
  'correlation_id' | 'environment' | 'confirmed_at'
>;

function goesBefore(a: Waiting, b: Waiting): boolean {
  if (a.environment !== b.environment) {
    return a.environment === 'production';
  }
  const difference = Number(a.confirmed_at) - Number(b.confirmed_at);
  return difference === 0
    ? a.correlation_id < b.correlation_id
    : difference < 0;
}
