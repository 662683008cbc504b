import { Database } from '../database';
import { RollbackFilter, selectRollbacks } from '../rollbackFilter';

/** How many rollbacks a filter selects. Concurrency: one read. */
export async function countRollbacks(
  db: Database,
  options: { filter: RollbackFilter },
): Promise<number> {
  const row: { count: number | string } | undefined = await selectRollbacks(
    db,
    options.filter,
  )
    .count({ count: '*' })
    .first();
  return Number(row?.count ?? 0);
}
