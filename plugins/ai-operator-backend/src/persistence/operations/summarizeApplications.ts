import { Database } from '../database';
import { ApplicationRow } from '../tables';

/** Applications by health and by environment; those without an environment count as `unmapped`. */
export interface ApplicationTotals {
  total: number;
  byHealth: Record<string, number>;
  byEnvironment: Record<string, number>;
}

/** Counts all applications, grouped. Concurrency: one read. */
export async function summarizeApplications(
  db: Database,
): Promise<ApplicationTotals> {
  const rows = await db
    .knex<ApplicationRow>('applications')
    .select('health', 'environment')
    .count({ count: '*' })
    .groupBy('health', 'environment');
  const totals: ApplicationTotals = {
    total: 0,
    byHealth: {},
    byEnvironment: {},
  };
  for (const row of rows) {
    const count = Number(row.count);
    const environment = String(row.environment) || 'unmapped';
    totals.total += count;
    totals.byHealth[row.health] = (totals.byHealth[row.health] ?? 0) + count;
    totals.byEnvironment[environment] =
      (totals.byEnvironment[environment] ?? 0) + count;
  }
  return totals;
}
