import { SinkRecord } from '../ports';
import { BigintColumn } from './tables';

/** Columns of an entry of the trail as it is shipped. */
export const SINK_COLUMNS = [
  'audit.seq',
  'audit.prev_hash',
  'audit.hash',
  'audit.at',
  'audit.record',
] as const;

export interface SinkRow {
  seq: BigintColumn;
  prev_hash: string;
  hash: string;
  at: BigintColumn;
  record: string;
}

export function rowToSinkRecord(row: SinkRow): SinkRecord {
  return {
    seq: Number(row.seq),
    prevHash: row.prev_hash,
    hash: row.hash,
    at: Number(row.at),
    text: row.record,
  };
}
