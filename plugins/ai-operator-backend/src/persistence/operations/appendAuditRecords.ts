import { AuditRecord } from '@ai-operator/backstage-plugin-ai-operator-common';
import { appendAudit } from '../audit/append';
import { Database } from '../database';

/**
 * Adds records about something that changes nothing else that is stored, such
 * as a refused attempt, to the audit trail.
 *
 * Concurrency: a transaction of its own; see {@link appendAudit}.
 */
export async function appendAuditRecords(
  db: Database,
  options: { audit: AuditRecord[] },
): Promise<void> {
  await db.knex.transaction(tx => appendAudit(tx, options.audit));
}
