import { ApplicationKey } from '@ai-operator/backstage-plugin-ai-operator-common';
import { ApplicationRecord } from '../../core/application';
import { Database } from '../database';
import { withOpenRollback } from '../openRollback';
import { rowToApplication } from '../rows';

/**
 * The latest record of one application; undefined when Argo CD no longer lists it.
 *
 * Concurrency: one read.
 */
export async function getApplicationRecord(
  db: Database,
  key: ApplicationKey,
): Promise<ApplicationRecord | undefined> {
  const row: { record: string; open_rollback: string | null } | undefined =
    await withOpenRollback(db.knex('applications as a'))
      .where({
        'a.instance': key.instance,
        'a.namespace': key.namespace,
        'a.name': key.name,
      })
      .first('a.record', 'r.correlation_id as open_rollback');
  return row && rowToApplication(row, row.open_rollback);
}
