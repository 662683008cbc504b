import { RollbackStateName } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Database } from '../database';
import { TransitionRow } from '../tables';

/** One move of a rollback's state machine; `at` in ms epoch. */
export interface Transition {
  version: number;
  at: number;
  from: RollbackStateName;
  to: RollbackStateName;
  because: string;
}

/** The first `limit` moves of a rollback, oldest first. Concurrency: one read. */
export async function listTransitions(
  db: Database,
  options: { correlationId: string; limit: number },
): Promise<Transition[]> {
  const rows = await db
    .knex<TransitionRow>('transitions')
    .where({ correlation_id: options.correlationId })
    .orderBy('version')
    .limit(options.limit);
  return rows.map(row => ({
    version: row.version,
    at: Number(row.at),
    from: row.from_state as RollbackStateName,
    to: row.to_state as RollbackStateName,
    because: row.because,
  }));
}
