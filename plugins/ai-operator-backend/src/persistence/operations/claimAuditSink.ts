import { Database, databaseNow, leaseIsFree, rawRows } from '../database';
import { optionalNumber } from '../rows';
import { AuditSinkRow } from '../tables';

/** A sink to ship to, and the ticket its {@link finishShipping} must show. Times in ms epoch. */
export interface ClaimedSink {
  name: string;
  /** Everything up to here was shipped or set aside. */
  shippedSeq: number;
  /** Failed tries in a row up to now. */
  failures: number;
  failingSince?: number;
  /** What was wrong at the last try. */
  problem?: string;
  /** When people were told that it fails. */
  toldAt?: number;
  ticket: number;
}

/**
 * Takes one registered sink, if there is something to ship to it: records after
 * its cursor, or one set aside whose last try was before `setAsideBefore`. While
 * it fails, not before its next try is due; and then it is enough when nothing
 * that was set aside was tried since `probeBefore`.
 *
 * Concurrency: one statement; of several claimers at most one gets it, and when
 * its lease has run out (database time) anybody.
 */
export async function claimAuditSink(
  db: Database,
  options: {
    name: string;
    now: number;
    setAsideBefore: number;
    /** Absent: what is set aside is not tried sooner while the sink fails. */
    probeBefore?: number;
    holder: string;
    leaseMs: number;
  },
): Promise<ClaimedSink | undefined> {
  const [row] = await rawRows<AuditSinkRow>(
    db.knex,
    `UPDATE audit_sinks
        SET ticket = ticket + 1, lease_holder = :holder,
            lease_until = ${databaseNow(db)} + :leaseMs
      WHERE name = :name AND ${leaseIsFree(db)}
        AND (next_try_at IS NULL OR next_try_at <= :now)
        AND (shipped_seq < (SELECT h.seq FROM audit_head h)
             OR EXISTS (SELECT 1 FROM audit_set_aside s
                         WHERE s.sink = audit_sinks.name
                           AND s.tried_at < :setAsideBefore)
             OR (failing_since IS NOT NULL
                 AND (SELECT max(s.tried_at) FROM audit_set_aside s
                       WHERE s.sink = audit_sinks.name) < :probeBefore))
      RETURNING *`,
    { ...options, probeBefore: options.probeBefore ?? 0 },
  );
  return (
    row && {
      name: row.name,
      shippedSeq: Number(row.shipped_seq),
      failures: row.failures,
      failingSince: optionalNumber(row.failing_since),
      problem: row.problem ?? undefined,
      toldAt: optionalNumber(row.told_at),
      ticket: Number(row.ticket),
    }
  );
}
