import { Database } from '../database';
import { AuditRow, BigintColumn } from '../tables';

/**
 * The highest number of an entry that is stored, whatever the head says; 0 while
 * there is none.
 *
 * Concurrency: one read; entries that are added later have higher numbers.
 */
export async function lastAuditSeq(db: Database): Promise<number> {
  const [{ last }]: Array<{ last: BigintColumn | null }> = await db
    .knex<AuditRow>('audit')
    .max({ last: 'seq' });
  return Number(last ?? 0);
}
