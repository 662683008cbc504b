import { setTimeout as sleep } from 'node:timers/promises';
import { Knex } from 'knex';
import { Database } from '../database';

/**
 * Starts each operation while a row is held that all of them need, so that they
 * really meet there, and lets them go on, the first of them first. SQLite has
 * one connection: there they meet at its door.
 *
 * @param table - `rollbacks`, which commits and commands begin with, or
 *   `audit_head`, with which every operation ends
 * @param operations - at most four: the test databases have five connections
 */
export async function meetAt(
  db: Database,
  table: 'rollbacks' | 'audit_head',
  operations: ReadonlyArray<() => Promise<unknown>>,
): Promise<unknown[]> {
  const holder = await db.knex.transaction();
  const running: Array<Promise<unknown>> = [];
  try {
    // Locked and not written: who waits for a new version of a row may be overtaken.
    await holder(table).forUpdate().select('*');
    for (const start of operations) {
      running.push(start());
      if (db.dialect === 'postgres') {
        await untilWaiting(holder, running.length);
      }
    }
  } finally {
    await holder.commit();
  }
  return Promise.all(running);
}

/** Waits until so many connections to this database wait for a lock. */
async function untilWaiting(holder: Knex, count: number): Promise<void> {
  for (let look = 0; look < 300; look += 1) {
    // Within a transaction PostgreSQL keeps its first answer.
    await holder.raw('SELECT pg_stat_clear_snapshot()');
    const [row]: Array<{ count: string }> = await holder('pg_stat_activity')
      .whereRaw('datname = current_database()')
      .where({ wait_event_type: 'Lock' })
      .count({ count: '*' });
    if (Number(row.count) >= count) {
      return;
    }
    await sleep(10);
  }
  throw new Error(
    `Fewer than ${count} operations came to the row that is held`,
  );
}
