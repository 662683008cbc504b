import { SinkRecord } from '../../ports';
import { Database } from '../database';
import { rowToSinkRecord, SINK_COLUMNS, SinkRow } from '../sinkRecord';
import { BigintColumn } from '../tables';

/** Records a sink refused, to be tried again; those in `gone` were removed after their retention. */
export interface DueSetAside {
  records: SinkRecord[];
  gone: number[];
}

/**
 * Records that were set aside for a sink and last tried before `before` (ms
 * epoch): at most `limit`, those that wait longest first.
 *
 * Concurrency: one read; only the holder of the sink's lease tries them.
 */
export async function listDueSetAside(
  db: Database,
  options: { name: string; before: number; limit: number },
): Promise<DueSetAside> {
  const rows: Array<{ set_aside_seq: BigintColumn } & Partial<SinkRow>> =
    await db
      .knex('audit_set_aside as s')
      .leftJoin('audit', 'audit.seq', 's.seq')
      .where('s.sink', options.name)
      .where('s.tried_at', '<', options.before)
      .orderBy(['s.tried_at', 's.seq'])
      .limit(options.limit)
      .select({ set_aside_seq: 's.seq' }, ...SINK_COLUMNS);
  const isThere = (
    row: (typeof rows)[number],
  ): row is (typeof rows)[number] & SinkRow => row.hash !== null;
  return {
    records: rows
      .filter(isThere)
      .map(rowToSinkRecord)
      .sort((a, b) => a.seq - b.seq),
    gone: rows
      .filter(row => !isThere(row))
      .map(({ set_aside_seq: seq }) => Number(seq)),
  };
}
