import { ApplicationKey } from '@ai-operator/backstage-plugin-ai-operator-common';
import { ApplicationRecord } from '../../core/application';
import { Database } from '../database';
import { heldApplication, HeldRow, HOLD_COLUMNS, withHold } from '../heldBy';

/**
 * The latest record of one application; undefined when Argo CD no longer lists it.
 *
 * Concurrency: one read.
 */
export async function getApplicationRecord(
  db: Database,
  key: ApplicationKey,
): Promise<ApplicationRecord | undefined> {
  const row: HeldRow | undefined = await withHold(db.knex('applications as a'))
    .where({
      'a.instance': key.instance,
      'a.namespace': key.namespace,
      'a.name': key.name,
    })
    .first(...HOLD_COLUMNS);
  return row && heldApplication(row);
}
