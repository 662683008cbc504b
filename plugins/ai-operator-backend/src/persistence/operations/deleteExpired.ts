import { Database } from '../database';

/**
 * Removes what is past its retention: stored checks before `checksBefore`, and
 * rollbacks that returned to Idle before `rollbacksBefore` with their
 * transitions, effects, commands and issue, and pauses that ended or whose time
 * was over before it (ms epoch). Rollbacks in Abort lock their application
 * and stay. Audit rows are not touched: their retention is their own.
 * At most `limit` rows of each kind are removed, so that no call takes long:
 * call again while it answers with `limit`.
 *
 * Concurrency: harmless beside everything else, and twice.
 */
export async function deleteExpired(
  db: Database,
  options: { checksBefore: number; rollbacksBefore: number; limit: number },
): Promise<{ checks: number; rollbacks: number; pauses: number }> {
  const { knex } = db;
  const checks = await knex('health_checks')
    .whereIn(
      'id',
      knex('health_checks')
        .where('at', '<', options.checksBefore)
        .orderBy('at')
        .limit(options.limit)
        .select('id'),
    )
    .delete();
  const rollbacks = await knex('rollbacks')
    .whereIn(
      'correlation_id',
      knex('rollbacks')
        .where('ended_at', '<', options.rollbacksBefore)
        .where('state', 'Idle')
        // An effect still under way, such as the announcement of the end, goes first.
        .whereNotExists(
          knex('outbox')
            .whereRaw('outbox.correlation_id = rollbacks.correlation_id')
            .whereNull('finished_at')
            .select(knex.raw('1')),
        )
        .orderBy('ended_at')
        .limit(options.limit)
        .select('correlation_id'),
    )
    .delete();
  const pauses = await knex('pauses')
    .whereIn(
      'id',
      knex('pauses')
        .where('ended_at', '<', options.rollbacksBefore)
        .orWhere('until', '<', options.rollbacksBefore)
        .orderBy('at')
        .limit(options.limit)
        .select('id'),
    )
    .delete();
  return { checks, rollbacks, pauses };
}
