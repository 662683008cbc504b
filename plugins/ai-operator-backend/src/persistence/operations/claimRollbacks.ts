import { Rollback } from '../../core/rollback';
import { Database, databaseNow, leaseIsFree, rawRows } from '../database';
import { rowToRollback } from '../rows';
import { RollbackRow } from '../tables';

/** A rollback to work on, and the ticket its commit must show. */
export interface ClaimedRollback {
  rollback: Rollback;
  ticket: number;
}

const ORDER = `CASE environment WHEN 'production' THEN 0 ELSE 1 END, wake_at, correlation_id`;

/**
 * Takes up to `limit` rollbacks whose `wake_at` has come: production first,
 * then who waited longest.
 *
 * Concurrency: a row goes to one claimer only (PostgreSQL: `SKIP LOCKED`, so
 * claimers do not queue behind each other; SQLite: one writer at a time). A row
 * whose lease has run out (database time) may be taken by anybody; the new
 * ticket fences out the late commit of whoever had it.
 *
 * @param options - `now` is compared with `wake_at`; `leaseMs` is database time.
 */
export async function claimRollbacks(
  db: Database,
  options: { now: number; limit: number; holder: string; leaseMs: number },
): Promise<ClaimedRollback[]> {
  const due = `SELECT correlation_id FROM rollbacks
      WHERE wake_at <= :now AND ${leaseIsFree(db)}
      ORDER BY ${ORDER} LIMIT :limit`;
  const set = `SET ticket = ticket + 1, lease_holder = :holder, woken = false,
          lease_until = ${databaseNow(db)} + :leaseMs`;
  const rows = await rawRows<RollbackRow>(
    db.knex,
    db.dialect === 'postgres'
      ? `WITH due AS MATERIALIZED (${due} FOR UPDATE SKIP LOCKED)
         UPDATE rollbacks ${set} FROM due
          WHERE rollbacks.correlation_id = due.correlation_id
          RETURNING rollbacks.*`
      : `UPDATE rollbacks ${set} WHERE correlation_id IN (${due}) RETURNING *`,
    options,
  );
  // RETURNING promises no order.
  return rows.sort(compareUrgency).map(row => ({
    rollback: rowToRollback(row),
    ticket: Number(row.ticket),
  }));
}

function compareUrgency(a: RollbackRow, b: RollbackRow): number {
  if (a.environment !== b.environment) {
    return a.environment === 'production' ? -1 : 1;
  }
  return Number(a.wake_at) - Number(b.wake_at);
}
