import { ApplicationKey } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Pause } from '../../core/people';
import { Database } from '../database';
import { rowToPause, scopeColumns, selectInForce } from '../pauses';

/**
 * Pauses in force at `now` (ms epoch) that concern one application: that of
 * everything, then its own.
 *
 * Concurrency: one read. A pause set right after it counts from the next look;
 * the merge asks once more before it acts.
 */
export async function pausesFor(
  db: Database,
  options: { key: ApplicationKey; now: number },
): Promise<Pause[]> {
  const rows = await selectInForce(db.knex, options.now)
    .where(either => {
      either.where(scopeColumns(undefined)).orWhere(scopeColumns(options.key));
    })
    .orderByRaw('CASE WHEN name IS NULL THEN 0 ELSE 1 END, at DESC, id');
  return rows.map(rowToPause);
}
