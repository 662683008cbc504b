import { Rollback } from '../../core/rollback';
import { Database } from '../database';
import { rowToRollback } from '../rows';
import { RollbackRow } from '../tables';

/** One rollback with everything stored with it. Concurrency: one read. */
export async function getRollback(
  db: Database,
  options: { correlationId: string },
): Promise<Rollback | undefined> {
  const row = await db
    .knex<RollbackRow>('rollbacks')
    .where({ correlation_id: options.correlationId })
    .first();
  return row && rowToRollback(row);
}
