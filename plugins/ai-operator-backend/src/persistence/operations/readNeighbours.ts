import { toChainedRow } from '../audit/chain';
import { Neighbour, toNeighbour } from '../audit/judgeStory';
import { chunks, Database } from '../database';
import { AuditRow } from '../tables';

/** Rows read in one statement. */
const CHUNK = 500;

/**
 * What stands right before and right after each of these entries, by number.
 *
 * Concurrency: several reads; to see one moment they need a snapshot.
 */
export async function readNeighbours(
  { knex }: Database,
  rows: ReadonlyArray<{ seq: number }>,
): Promise<Map<number, Neighbour>> {
  const wanted = [...new Set(rows.flatMap(({ seq }) => [seq - 1, seq + 1]))];
  const found = new Map<number, Neighbour>();
  for (const seqs of chunks(wanted, CHUNK)) {
    const chunk = await knex<AuditRow>('audit')
      .whereIn('seq', seqs)
      .select('*');
    for (const row of chunk) {
      found.set(Number(row.seq), toNeighbour(toChainedRow(row)));
    }
  }
  return found;
}
