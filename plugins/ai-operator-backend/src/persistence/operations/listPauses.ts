import { Pause } from '../../core/people';
import { Database } from '../database';
import { rowToPause, selectInForce } from '../pauses';

const DEFAULT_LIMIT = 1_000;

/**
 * Pauses in force at `now` (ms epoch): that of everything first, then newest
 * first, at most `limit` (1000).
 *
 * Concurrency: one read.
 */
export async function listPauses(
  db: Database,
  options: { now: number; limit?: number },
): Promise<Pause[]> {
  const rows = await selectInForce(db.knex, options.now)
    .orderByRaw('CASE WHEN name IS NULL THEN 0 ELSE 1 END, at DESC, id')
    .limit(options.limit ?? DEFAULT_LIMIT);
  return rows.map(rowToPause);
}
