import { Database } from '../database';
import { optionalNumber } from '../rows';
import { InstanceRow } from '../tables';

/** How polling of one Argo CD instance goes; times in ms epoch. */
export interface InstanceStatus {
  name: string;
  consecutiveFailures: number;
  lastTickAt?: number;
  lastOkAt?: number;
  /** Why the last tick failed; absent when it did not. */
  problem?: string;
}

/** All instances that were ever polled, by name. Concurrency: one read. */
export async function listInstances(db: Database): Promise<InstanceStatus[]> {
  const rows = await db.knex<InstanceRow>('instances').orderBy('name');
  return rows.map(row => ({
    name: row.name,
    consecutiveFailures: row.consecutive_failures,
    lastTickAt: optionalNumber(row.last_tick_at),
    lastOkAt: optionalNumber(row.last_ok_at),
    problem: row.problem ?? undefined,
  }));
}
