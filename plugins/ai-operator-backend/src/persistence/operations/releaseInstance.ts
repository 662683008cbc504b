import { Database } from '../database';
import { InstanceRow } from '../tables';

/**
 * Gives the poll lease back, so that another process takes over at its next
 * beat and not only when the lease runs out. For shutdown.
 *
 * Concurrency: `lost` when somebody else has claimed it since; nothing is changed then.
 */
export async function releaseInstance(
  db: Database,
  options: { instance: string; ticket: number },
): Promise<'released' | 'lost'> {
  const released = await db
    .knex<InstanceRow>('instances')
    .where({ name: options.instance, ticket: options.ticket })
    .update({ lease_holder: null, lease_until: null });
  return released ? 'released' : 'lost';
}
