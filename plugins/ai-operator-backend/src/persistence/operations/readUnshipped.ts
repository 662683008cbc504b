import { SinkRecord } from '../../ports';
import { Database, rawRows } from '../database';
import { rowToSinkRecord, SINK_COLUMNS, SinkRow } from '../sinkRecord';
import { BigintColumn } from '../tables';

/**
 * The next entries after a cursor, in order: at most `limit`, and no more than
 * `maxBytes` of records together, but one in any case. Where the trail was cut
 * after its retention it goes on behind the cut.
 *
 * Concurrency: two reads. Entries come into being in the order of their `seq`,
 * so none turns up before one that was read.
 */
export async function readUnshipped(
  db: Database,
  options: { after: number; limit: number; maxBytes: number },
): Promise<SinkRecord[]> {
  const bytes =
    db.dialect === 'postgres'
      ? 'octet_length(record)'
      : 'length(CAST(record AS BLOB))';
  const sizes = await rawRows<{ seq: BigintColumn; bytes: BigintColumn }>(
    db.knex,
    `SELECT seq, ${bytes} AS bytes FROM audit
      WHERE seq > :after ORDER BY seq LIMIT :limit`,
    options,
  );
  let last: number | undefined;
  let total = 0;
  for (const row of sizes) {
    total += Number(row.bytes);
    if (last !== undefined && total > options.maxBytes) {
      break;
    }
    last = Number(row.seq);
  }
  if (last === undefined) {
    return [];
  }
  const rows: SinkRow[] = await db
    .knex('audit')
    .where('seq', '>', options.after)
    .where('seq', '<=', last)
    .orderBy('seq')
    .select(SINK_COLUMNS);
  return rows.map(rowToSinkRecord);
}
