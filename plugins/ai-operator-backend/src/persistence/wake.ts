import { Knex } from 'knex';
import { chunks, INSERT_CHUNK } from './database';

/**
 * Makes rollbacks due now; those in Abort too, which are looked at for commands,
 * but not those back in Idle. The flag tells a processor that is at work on
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
      .whereNot({ state: 'Idle' })
      .update({ wake_at: now, woken: true });
  }
}
