import { AuditRecord } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Database } from '../database';
import { AuditRow } from '../tables';

/** An audit record and its place in the trail. */
export interface StoredAuditRecord {
  seq: number;
  record: AuditRecord;
}

/**
 * The newest `limit` audit records of a rollback, oldest first; `before` leads
 * to older ones.
 *
 * Concurrency: one read; the trail only ever grows at its end.
 */
export async function listAudit(
  db: Database,
  options: {
    correlationId: string;
    limit: number;
    before?: number;
    actionTypes?: Array<AuditRecord['actionType']>;
  },
): Promise<StoredAuditRecord[]> {
  const query = db
    .knex<AuditRow>('audit')
    .where({ correlation_id: options.correlationId })
    .orderBy('seq', 'desc')
    .limit(options.limit)
    .select('seq', 'record');
  if (options.before !== undefined) {
    query.where('seq', '<', options.before);
  }
  if (options.actionTypes) {
    query.whereIn('action_type', options.actionTypes);
  }
  const rows = await query;
  return rows
    .map(row => ({
      seq: Number(row.seq),
      record: JSON.parse(row.record) as AuditRecord,
    }))
    .reverse();
}
