import { Database } from '../database';

/**
 * Gives a claimed effect back untried: on shutdown. It is due again at once.
 *
 * Concurrency: `lost` when somebody else has claimed or finished it since.
 */
export async function releaseEffect(
  db: Database,
  options: { correlationId: string; key: string; ticket: number },
): Promise<'released' | 'lost'> {
  const released = await db
    .knex('outbox')
    .where({
      correlation_id: options.correlationId,
      key: options.key,
      ticket: options.ticket,
    })
    .whereNull('finished_at')
    .update({ lease_holder: null, lease_until: null });
  return released > 0 ? 'released' : 'lost';
}
