import { ApplicationFilter, selectApplications } from '../applicationFilter';
import { Database } from '../database';

/** How many applications a filter selects. Concurrency: one read. */
export async function countApplications(
  db: Database,
  options: { filter: ApplicationFilter },
): Promise<number> {
  const row: { count: number | string } | undefined = await selectApplications(
    db,
    options.filter,
  )
    .count({ count: '*' })
    .first();
  return Number(row?.count ?? 0);
}
