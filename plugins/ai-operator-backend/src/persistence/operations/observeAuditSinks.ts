import { Database, rawRows } from '../database';
import { optionalNumber } from '../rows';
import { AuditSinkRow, BigintColumn } from '../tables';

/** Whether a sink takes records; times in ms epoch. */
export interface AuditSinkNow {
  name: string;
  /** Since when the oldest record that is not there waits. */
  waitingSince?: number;
  /** Since when it takes no records at all, and why. */
  failingSince?: number;
  problem?: string;
}

type NowRow = Pick<
  AuditSinkRow,
  'name' | 'problem' | 'failing_since' | 'registered_at'
> & { waiting_since: BigintColumn | null };

/**
 * Registered sinks as decisions look at them. Unlike {@link listAuditSinks} it
 * counts nothing, so it costs the same however much waits or was refused.
 *
 * Concurrency: one read.
 */
export async function observeAuditSinks(db: Database): Promise<AuditSinkNow[]> {
  const rows = await rawRows<NowRow>(
    db.knex,
    `SELECT s.name, s.problem, s.failing_since, s.registered_at,
            (SELECT a.at FROM audit a WHERE a.seq > s.shipped_seq
              ORDER BY a.seq LIMIT 1) AS waiting_since
       FROM audit_sinks s`,
    {},
  );
  return rows.map(row => ({
    name: row.name,
    waitingSince: waitingSinceOf(row),
    failingSince: optionalNumber(row.failing_since),
    problem: row.problem ?? undefined,
  }));
}

/** What was written before the sink was configured waits since then. */
export function waitingSinceOf(
  row: Pick<NowRow, 'registered_at' | 'waiting_since'>,
): number | undefined {
  return row.waiting_since === null
    ? undefined
    : Math.max(Number(row.waiting_since), Number(row.registered_at));
}
