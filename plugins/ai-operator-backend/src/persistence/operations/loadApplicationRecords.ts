import { ApplicationRecord } from '../../core/application';
import { Database } from '../database';
import { rowToApplication } from '../rows';
import { ApplicationRow } from '../tables';
import { withOpenRollback } from '../openRollback';

/**
 * All records of one Argo CD instance: what the poller goes on from after a
 * restart or when it takes an instance over.
 *
 * Concurrency: one read. Valid as the poller's memory while the instance's
 * ticket is valid, save for `openRollback`, which processors change:
 * see {@link listHolds}.
 */
export async function loadApplicationRecords(
  db: Database,
  options: { instance: string },
): Promise<ApplicationRecord[]> {
  const rows: Array<ApplicationRow & { open_rollback: string | null }> =
    await withOpenRollback(db.knex('applications as a'))
      .where('a.instance', options.instance)
      .select('a.record', 'r.correlation_id as open_rollback');
  return rows.map(row => rowToApplication(row, row.open_rollback));
}
