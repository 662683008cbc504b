import { ApplicationKey } from '@ai-operator/backstage-plugin-ai-operator-common';
import { HealthCheck } from '../../core/application';
import { Database } from '../database';

/**
 * The newest stored checks of one application between `since` and `until`
 * (ms epoch, both included), at most `limit`, oldest first.
 *
 * Concurrency: one read.
 */
export async function listChecks(
  db: Database,
  options: {
    key: ApplicationKey;
    since?: number;
    until?: number;
    limit: number;
  },
): Promise<HealthCheck[]> {
  const { key, since, until, limit } = options;
  const query = db
    .knex('health_checks')
    .where({
      instance: key.instance,
      namespace: key.namespace,
      name: key.name,
    })
    .orderBy([
      { column: 'at', order: 'desc' },
      { column: 'id', order: 'desc' },
    ])
    .limit(limit)
    .select('body');
  if (since !== undefined) {
    query.where('at', '>=', since);
  }
  if (until !== undefined) {
    query.where('at', '<=', until);
  }
  const rows: Array<{ body: string }> = await query;
  return rows.map(row => JSON.parse(row.body) as HealthCheck).reverse();
}
