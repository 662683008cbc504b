import { ChainPlace } from '../audit/chain';
import { Database } from '../database';
import { AuditHeadRow } from '../tables';

/**
 * The newest entry of the audit trail, as the writers know it; before the
 * first one, number 0 with the hash the chain starts from.
 *
 * Concurrency: one read.
 */
export async function getAuditHead(db: Database): Promise<ChainPlace> {
  const head = await db
    .knex<AuditHeadRow>('audit_head')
    .where({ id: 1 })
    .first('seq', 'hash');
  if (!head) {
    throw new Error(
      'The audit trail has no head: the row of audit_head was removed.',
    );
  }
  return { seq: Number(head.seq), hash: head.hash };
}
