import { SinkRecord } from '../../ports';

/** Far below what Elasticsearch takes (100 MB), and what proxies before it usually do. */
const MAX_RECORDS = 500;
const MAX_BYTES = 4 * 1024 * 1024;

/** Of one record besides its text: the action's line and its place in the chain. */
const AROUND_BYTES = 500;

/** Records in pieces small enough for one bulk request; a large one has a piece for itself. */
export function chunksOf(records: readonly SinkRecord[]): SinkRecord[][] {
  const chunks: SinkRecord[][] = [];
  let bytes = 0;
  for (const record of records) {
    const size = Buffer.byteLength(record.text) + AROUND_BYTES;
    const chunk = chunks.at(-1);
    if (chunk && chunk.length < MAX_RECORDS && bytes + size <= MAX_BYTES) {
      chunk.push(record);
      bytes += size;
    } else {
      chunks.push([record]);
      bytes = size;
    }
  }
  return chunks;
}
