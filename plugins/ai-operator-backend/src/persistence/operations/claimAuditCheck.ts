import { CHAIN_CHECK } from '../audit/checkRow';
import { Database, databaseNow, leaseIsFree, rawRows } from '../database';
import { AuditCheckRow } from '../tables';

/**
 * Takes the look at the whole chain that is due at `now` (ms epoch), or goes on
 * with one that somebody has begun and left. Answers with the ticket for
 * {@link continueAuditCheck}; `undefined` when none is due or somebody is at it.
 *
 * Concurrency: one statement; of several claimers exactly one gets the lease.
 */
export async function claimAuditCheck(
  db: Database,
  options: { now: number; holder: string; leaseMs: number },
): Promise<number | undefined> {
  await db
    .knex<AuditCheckRow>('audit_checks')
    .insert({ name: CHAIN_CHECK, due_at: options.now })
    .onConflict('name')
    .ignore();
  const [row] = await rawRows<AuditCheckRow>(
    db.knex,
    `UPDATE audit_checks
        SET ticket = ticket + 1, lease_holder = :holder,
            lease_until = ${databaseNow(db)} + :leaseMs
      WHERE name = :name AND due_at <= :now AND ${leaseIsFree(db)}
      RETURNING *`,
    { ...options, name: CHAIN_CHECK },
  );
  return row && Number(row.ticket);
}
