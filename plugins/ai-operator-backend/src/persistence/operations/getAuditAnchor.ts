import { AuditMark } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Database } from '../database';
import { AuditAnchorRow } from '../tables';

/**
 * The last entry that was removed after its retention; the chain goes on from
 * its hash. `undefined` while nothing was removed.
 *
 * Concurrency: one read.
 */
export async function getAuditAnchor(
  db: Database,
): Promise<AuditMark | undefined> {
  const row = await db
    .knex<AuditAnchorRow>('audit_anchors')
    .orderBy('seq', 'desc')
    .first('seq', 'hash', 'at');
  return row && { seq: Number(row.seq), hash: row.hash, at: Number(row.at) };
}
