import { AuditRecord } from '@ai-operator/backstage-plugin-ai-operator-common';
import { StoredAuditRecord } from '../audit/chain';
import { toStoredRecord } from '../audit/readRecord';
import { Database } from '../database';
import { AuditRow } from '../tables';

/**
 * A page of the audit trail, of one rollback or of all, in the order asked
 * for; `after` is the `seq` of the last record of the page before. `since` and
 * `until` are inclusive (ms epoch, of the records' own timestamps). What is no
 * record any more comes without one, and says why.
 *
 * Concurrency: one read; the trail only ever grows at its end.
 */
export async function pageAudit(
  db: Database,
  options: {
    correlationId?: string;
    actionTypes?: Array<AuditRecord['actionType']>;
    since?: number;
    until?: number;
    order: 'newest' | 'oldest';
    after?: number;
    limit: number;
  },
): Promise<StoredAuditRecord[]> {
  const { actionTypes, after, correlationId, order, since, until } = options;
  const query = db
    .knex<AuditRow>('audit')
    .orderBy('seq', order === 'newest' ? 'desc' : 'asc')
    .limit(options.limit)
    .select('seq', 'prev_hash', 'hash', 'record');
  if (correlationId !== undefined) {
    query.where({ correlation_id: correlationId });
  }
  if (actionTypes) {
    query.whereIn('action_type', actionTypes);
  }
  if (since !== undefined) {
    query.where('at', '>=', since);
  }
  if (until !== undefined) {
    query.where('at', '<=', until);
  }
  if (after !== undefined) {
    query.where('seq', order === 'newest' ? '<' : '>', after);
  }
  return (await query).map(toStoredRecord);
}
