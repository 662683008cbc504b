import { ApplicationRecord } from '../../core/application';
import { Database } from '../database';
import { heldApplication, HeldRow, HOLD_COLUMNS, withHold } from '../heldBy';

/**
 * All records of one Argo CD instance: what the poller goes on from after a
 * restart or when it takes an instance over.
 *
 * Concurrency: one read. Valid as the poller's memory while the instance's
 * ticket is valid, save for `openRollback` and `lockedBy`, which processors change:
 * see {@link listHolds}.
 */
export async function loadApplicationRecords(
  db: Database,
  options: { instance: string },
): Promise<ApplicationRecord[]> {
  const rows: HeldRow[] = await withHold(db.knex('applications as a'))
    .where('a.instance', options.instance)
    .select(...HOLD_COLUMNS);
  return rows.map(heldApplication);
}
