import { AuditRecord } from '@ai-operator/backstage-plugin-ai-operator-common';
import { StoredAuditRecord } from '../audit/chain';
import { Database } from '../database';
import { pageAudit } from './pageAudit';

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
  const { before, ...rest } = options;
  const page = await pageAudit(db, { ...rest, order: 'newest', after: before });
  return page.reverse();
}
