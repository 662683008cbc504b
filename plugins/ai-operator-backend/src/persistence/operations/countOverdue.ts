import { Database, leaseIsFree, rawRows } from '../database';
import { optionalNumber } from '../rows';
import { BigintColumn } from '../tables';

/** Work that is due and that nobody has taken; `oldestDueAt` in ms epoch. */
export interface Overdue {
  count: number;
  oldestDueAt?: number;
}

/**
 * What waits for each of the loops at `now` (ms epoch). An effect that stands
 * behind another one of its lane is not due. Long waits say that a loop does not
 * run anywhere.
 *
 * Concurrency: three reads, by the same partial indexes as the claims.
 */
export async function countOverdue(
  db: Database,
  options: { now: number },
): Promise<{ rollbacks: Overdue; effects: Overdue; issues: Overdue }> {
  const read = async (
    from: string,
    column: string,
    isDue: string,
  ): Promise<Overdue> => {
    const [row] = await rawRows<{
      due: BigintColumn;
      oldest: BigintColumn | null;
    }>(
      db.knex,
      `SELECT count(*) AS due, min(o.${column}) AS oldest FROM ${from} o
        WHERE o.${column} <= :now AND ${isDue} AND ${leaseIsFree(db, 'o')}`,
      options,
    );
    return {
      count: Number(row.due),
      oldestDueAt: optionalNumber(row.oldest),
    };
  };
  const isFirstOfItsLane = `o.finished_at IS NULL AND NOT EXISTS (
      SELECT 1 FROM outbox e
       WHERE e.correlation_id = o.correlation_id AND e.lane = o.lane
         AND e.finished_at IS NULL AND e.id < o.id)`;
  return {
    rollbacks: await read('rollbacks', 'wake_at', 'o.wake_at IS NOT NULL'),
    effects: await read('outbox', 'available_at', isFirstOfItsLane),
    issues: await read('escalation_issues', 'poll_at', 'o.poll_at IS NOT NULL'),
  };
}
