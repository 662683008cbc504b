import { AuditStatus } from '@ai-operator/backstage-plugin-ai-operator-common';
import { CHAIN_CHECK, FinishedCheck } from '../audit/checkRow';
import { Database } from '../database';
import { AuditCheckRow } from '../tables';

/**
 * What the operator's own last look at the whole chain showed; `unknown` until
 * the first one is finished.
 *
 * Concurrency: one read.
 */
export async function getAuditCheck(
  db: Database,
): Promise<AuditStatus['chain']> {
  const row = await db
    .knex<AuditCheckRow>('audit_checks')
    .where({ name: CHAIN_CHECK })
    .first('latest');
  return row?.latest
    ? (JSON.parse(row.latest) as FinishedCheck).chain
    : {
        result: 'unknown',
        because: 'The chain has not been looked at yet.',
        problems: [],
      };
}
