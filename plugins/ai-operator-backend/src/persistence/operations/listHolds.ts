import {
  ApplicationKey,
  Environment,
  RollbackStateName,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { Database } from '../database';
import { keyOf } from '../rows';
import { RollbackRow } from '../tables';

/** A rollback that keeps an application from starting another one. */
export interface ApplicationHold {
  key: ApplicationKey;
  environment: Environment;
  correlationId: string;
  /** `Abort` locks the application until reset; every other state is an open rollback. */
  state: Exclude<RollbackStateName, 'Idle'>;
}

/**
 * All open rollbacks and all locks, of one instance or of all: what the poller
 * needs each tick to know where nothing may be opened, and what the gauges show.
 *
 * Concurrency: one read, by partial index; {@link finishTick} checks again.
 */
export async function listHolds(
  db: Database,
  options: { instance?: string } = {},
): Promise<ApplicationHold[]> {
  const query = db
    .knex<RollbackRow>('rollbacks')
    .whereRaw(`state <> 'Idle'`)
    .select(
      'instance',
      'namespace',
      'name',
      'environment',
      'correlation_id',
      'state',
    );
  if (options.instance !== undefined) {
    query.where({ instance: options.instance });
  }
  const rows = await query;
  return rows.map(row => ({
    key: keyOf(row),
    environment: row.environment as Environment,
    correlationId: row.correlation_id,
    state: row.state as ApplicationHold['state'],
  }));
}
