import { Database } from '../database';

/**
 * Gives a claimed rollback back without a decision: on shutdown, or when
 * working on it failed.
 *
 * Concurrency: `lost` when somebody else has claimed it since; nothing is
 * changed then. When it was woken meanwhile it stays due.
 */
export async function releaseRollback(
  db: Database,
  options: { correlationId: string; ticket: number; wakeAt: number },
): Promise<'released' | 'lost'> {
  const released = await db
    .knex('rollbacks')
    .where({ correlation_id: options.correlationId, ticket: options.ticket })
    .whereNotNull('wake_at')
    .update({
      wake_at: db.knex.raw('CASE WHEN woken = true THEN wake_at ELSE ? END', [
        options.wakeAt,
      ]),
      woken: false,
      lease_holder: null,
      lease_until: null,
    });
  return released > 0 ? 'released' : 'lost';
}
