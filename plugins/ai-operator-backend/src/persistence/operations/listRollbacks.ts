import { Rollback } from '../../core/rollback';
import { Database } from '../database';
import { fromPosition, Page, PagePosition, toPage } from '../keyset';
import { RollbackFilter, selectRollbacks } from '../rollbackFilter';
import { rowToRollback, RollbackSummaryRow, SUMMARY_COLUMNS } from '../rows';

/**
 * One page of rollbacks, newest first (or oldest), without candidates, verdicts
 * and CI.
 *
 * Concurrency: one read; pages hang on positions, not on numbers of rows.
 */
export async function listRollbacks(
  db: Database,
  options: {
    filter: RollbackFilter;
    limit: number;
    after?: PagePosition;
    order?: 'asc' | 'desc';
    /** `ended` lists only those in Idle and Abort, by the time they got there. */
    by?: 'opened' | 'ended';
  },
): Promise<Page<Rollback>> {
  const column = options.by === 'ended' ? 'ended_at' : 'opened_at';
  const query = selectRollbacks(db, options.filter)
    .select(...SUMMARY_COLUMNS)
    .limit(options.limit + 1);
  if (column === 'ended_at') {
    query.whereNotNull('ended_at');
  }
  const rows: RollbackSummaryRow[] = await fromPosition(
    query,
    [column, 'correlation_id'],
    options.order ?? 'desc',
    options.after,
  );
  return toPage(rows, options.limit, rowToRollback, row => [
    Number(row[column]),
    row.correlation_id,
  ]);
}
