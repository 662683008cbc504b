import { Database, databaseNow, leaseIsFree, rawRows } from '../database';
import { optionalNumber } from '../rows';
import { InstanceRow } from '../tables';

export type ClaimInstanceResult =
  | {
      result: 'claimed';
      ticket: number;
      /** Failed ticks in a row up to now. */
      consecutiveFailures: number;
      /** Last tick, good or bad, of whichever holder (ms epoch). */
      lastTickAt?: number;
      /** Last tick that read the instance. */
      lastOkAt?: number;
    }
  | { result: 'held'; by: string };

/**
 * Takes or renews the poll lease of one Argo CD instance.
 *
 * Concurrency: one statement; of several claimers exactly one gets the lease.
 * The holder itself may claim again at any time and gets a new ticket, which
 * fences out its own earlier claim. The lease is not given back by
 * {@link finishTick}: one process goes on polling, so that its memory of
 * unchanged applications stays valid and no two processes list in one tick.
 * Anybody may take an expired lease (database time).
 *
 * @param options - `leaseMs` must be longer than one tick plus the beat.
 */
export async function claimInstance(
  db: Database,
  options: { instance: string; holder: string; leaseMs: number },
): Promise<ClaimInstanceResult> {
  await db
    .knex<InstanceRow>('instances')
    .insert({ name: options.instance })
    .onConflict('name')
    .ignore();
  const [row] = await rawRows<InstanceRow>(
    db.knex,
    `UPDATE instances
        SET ticket = ticket + 1, lease_holder = :holder,
            lease_until = ${databaseNow(db)} + :leaseMs
      WHERE name = :instance
        AND (${leaseIsFree(db)} OR lease_holder = :holder)
      RETURNING *`,
    options,
  );
  if (row) {
    return {
      result: 'claimed',
      ticket: Number(row.ticket),
      consecutiveFailures: row.consecutive_failures,
      lastTickAt: optionalNumber(row.last_tick_at),
      lastOkAt: optionalNumber(row.last_ok_at),
    };
  }
  const holder = await db
    .knex<InstanceRow>('instances')
    .where({ name: options.instance })
    .first('lease_holder');
  return { result: 'held', by: holder?.lease_holder ?? 'nobody any more' };
}
