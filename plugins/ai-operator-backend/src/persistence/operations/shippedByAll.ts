import { Database } from '../database';
import { AuditSinkRow, BigintColumn } from '../tables';

/**
 * Up to where every one of these sinks has everything: what may be removed after
 * its retention. An entry that one of them refuses is kept until it takes it. 0
 * while one of them has had nothing; undefined without sinks.
 *
 * Concurrency: two reads. A cursor is read before what was set aside behind it,
 * and both are written together, so that no refused entry is missed.
 */
export async function shippedByAll(
  db: Database,
  options: { names: readonly string[] },
): Promise<number | undefined> {
  if (options.names.length === 0) {
    return undefined;
  }
  const rows: Array<Pick<AuditSinkRow, 'shipped_seq'>> = await db
    .knex<AuditSinkRow>('audit_sinks')
    .whereIn('name', [...options.names])
    .select('shipped_seq');
  if (rows.length < options.names.length) {
    return 0;
  }
  const [{ refused }]: Array<{ refused: BigintColumn | null }> = await db
    .knex('audit_set_aside')
    .whereIn('sink', [...options.names])
    .min({ refused: 'seq' });
  const shipped = rows.map(row => Number(row.shipped_seq));
  return Math.min(
    ...shipped,
    ...(refused === null ? [] : [Number(refused) - 1]),
  );
}
