import { ApplicationKey } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Database } from '../database';
import { RollbackRow } from '../tables';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Rollbacks of one application confirmed in the 24 hours before `now`, the one
 * named by `except` not counted (SPEC §5: at most 5 attempts a day).
 *
 * Concurrency: one read; an application has one open rollback at a time.
 */
export async function attemptsToday(
  db: Database,
  options: { key: ApplicationKey; now: number; except: string },
): Promise<number> {
  const { key, now, except } = options;
  const rows = await db
    .knex<RollbackRow>('rollbacks')
    .where({
      instance: key.instance,
      namespace: key.namespace,
      name: key.name,
    })
    .where('confirmed_at', '>', now - DAY_MS)
    .whereNot('correlation_id', except)
    .count({ count: '*' });
  return Number(rows[0].count);
}
