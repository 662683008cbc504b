import { CHAIN_CHECK } from '../audit/checkRow';
import { Database } from '../database';
import { AuditCheckRow } from '../tables';

/**
 * Gives an unfinished look at the chain back, so that another process goes on
 * with it at once. For shutdown and after a problem.
 *
 * Concurrency: `lost` when somebody else has claimed it since; nothing is changed then.
 */
export async function releaseAuditCheck(
  db: Database,
  options: { ticket: number },
): Promise<'released' | 'lost'> {
  const released = await db
    .knex<AuditCheckRow>('audit_checks')
    .where({ name: CHAIN_CHECK, ticket: options.ticket })
    .update({ lease_holder: null, lease_until: null });
  return released ? 'released' : 'lost';
}
