import { Knex } from 'knex';
import { chunks, INSERT_CHUNK } from './database';

/**
 * Makes open rollbacks due now. The flag tells a processor that is at work on
 * one of them not to go to sleep over what it could not have seen.
 */
export async function wakeRollbacks(
  tx: Knex,
  correlationIds: readonly string[],
  now: number,
): Promise<void> {
  for (const ids of chunks(correlationIds, INSERT_CHUNK)) {
    await tx('rollbacks')
      .whereIn('correlation_id', ids)
      .whereNotIn('state', ['Idle', 'Abort'])
      .update({ wake_at: now, woken: true });
  }
}
