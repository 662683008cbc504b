import { Database, databaseNow, leaseIsFree, rawRows } from '../database';
import { optionalNumber } from '../rows';
import { EscalationIssueRow } from '../tables';

/** An escalation issue to read, and the ticket its {@link finishIssueLook} must show. Times in ms epoch. */
export interface ClaimedIssue {
  correlationId: string;
  repository: string;
  number: number;
  url: string;
  openedAt: number;
  /** When the operator closed it. */
  closedAt?: number;
  /** Until when it is read after that. */
  watchUntil?: number;
  ticket: number;
}

/**
 * Takes up to `limit` escalation issues whose comments are due to be read,
 * those that waited longest first.
 *
 * Concurrency: as {@link claimRollbacks}: a row goes to one claimer only, and a
 * lease that has run out (database time) to anybody.
 */
export async function claimIssues(
  db: Database,
  options: { now: number; limit: number; holder: string; leaseMs: number },
): Promise<ClaimedIssue[]> {
  const due = `SELECT correlation_id FROM escalation_issues
      WHERE poll_at <= :now AND ${leaseIsFree(db)}
      ORDER BY poll_at, correlation_id LIMIT :limit`;
  const set = `SET ticket = ticket + 1, lease_holder = :holder, woken = false,
          lease_until = ${databaseNow(db)} + :leaseMs`;
  const rows = await rawRows<EscalationIssueRow>(
    db.knex,
    db.dialect === 'postgres'
      ? `WITH due AS MATERIALIZED (${due} FOR UPDATE SKIP LOCKED)
         UPDATE escalation_issues ${set} FROM due
          WHERE escalation_issues.correlation_id = due.correlation_id
          RETURNING escalation_issues.*`
      : `UPDATE escalation_issues ${set} WHERE correlation_id IN (${due}) RETURNING *`,
    options,
  );
  // RETURNING promises no order.
  return rows
    .sort((a, b) => Number(a.poll_at) - Number(b.poll_at))
    .map(row => ({
      correlationId: row.correlation_id,
      repository: row.repository,
      number: row.number,
      url: row.url,
      openedAt: Number(row.opened_at),
      closedAt: optionalNumber(row.closed_at),
      watchUntil: optionalNumber(row.watch_until),
      ticket: Number(row.ticket),
    }));
}
