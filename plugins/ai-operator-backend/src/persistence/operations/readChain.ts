import { ChainedRow, toChainedRow } from '../audit/chain';
import { Database } from '../database';
import { AuditRow } from '../tables';

/**
 * Rows of the audit trail as they are stored, from `from` to `to`, both
 * inclusive, in the order of `seq`; of one rollback or of all.
 *
 * Concurrency: one read; the trail only ever grows at its end.
 */
export async function readChain(
  db: Database,
  options: {
    from: number;
    to?: number;
    limit: number;
    correlationId?: string;
  },
): Promise<ChainedRow[]> {
  const query = db
    .knex<AuditRow>('audit')
    .where('seq', '>=', options.from)
    .orderBy('seq')
    .limit(options.limit)
    .select('*');
  if (options.to !== undefined) {
    query.where('seq', '<=', options.to);
  }
  if (options.correlationId !== undefined) {
    query.where({ correlation_id: options.correlationId });
  }
  return (await query).map(toChainedRow);
}
