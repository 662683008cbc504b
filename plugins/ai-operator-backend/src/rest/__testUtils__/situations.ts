import { Environment } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Rollback } from '../../core';
import { Database } from '../../persistence';
import { openOne, states, T0 } from '../../persistence/__testUtils__/fixtures';
import { decideFor } from './story';

/** A rollback whose merge waits for people to decide. */
export async function awaitingDecision(
  db: Database,
  environment: Environment = 'production',
  name = 'payment-service',
): Promise<Rollback> {
  const rollback = await openOne(db, name, { environment });
  await decideFor(
    db,
    rollback,
    environment === 'production'
      ? states(T0 + 1_000).awaitingMerge
      : states(T0 + 1_000).awaitingHuman,
  );
  return rollback;
}

/** A rollback that ended in Abort and locks its application. */
export async function aborted(
  db: Database,
  environment: Environment = 'production',
  name = 'payment-service',
): Promise<Rollback> {
  const rollback = await openOne(db, name, { environment });
  await decideFor(db, rollback, states(T0 + 1_000).abort);
  return rollback;
}

/** Where commands of each kind are sent. */
export const PATHS = {
  APPROVE: (id: string) => `/v1/rollbacks/${id}/approve`,
  ABORT: (id: string) => `/v1/rollbacks/${id}/abort`,
  MANUAL: (id: string) => `/v1/rollbacks/${id}/manual`,
  RESET: (id: string) => `/v1/rollbacks/${id}/reset`,
} as const;
