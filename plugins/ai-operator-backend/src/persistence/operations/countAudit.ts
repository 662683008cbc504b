import { AuditRecord } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Database } from '../database';
import { AuditRow } from '../tables';

/** How many audit records a rollback has, of some kinds. Concurrency: one read. */
export async function countAudit(
  db: Database,
  options: {
    correlationId: string;
    actionTypes: Array<AuditRecord['actionType']>;
  },
): Promise<number> {
  const [row] = await db
    .knex<AuditRow>('audit')
    .where({ correlation_id: options.correlationId })
    .whereIn('action_type', options.actionTypes)
    .count({ count: '*' });
  return Number(row.count);
}
