import { Rollback } from '../core';
import { Database, getRollback } from '../persistence';
import { notFound } from './errors';

/** The rollback, or 404 saying what may have become of it. */
export async function findRollback(
  db: Database,
  correlationId: string,
): Promise<Rollback> {
  const rollback = await getRollback(db, { correlationId });
  if (!rollback) {
    throw notFound(
      'ROLLBACK_NOT_FOUND',
      `There is no rollback ${correlationId}. Check the correlation id; a finished rollback is removed after its retention (aiOperator.retention.finishedRollbacks), and its audit records stay.`,
    );
  }
  return rollback;
}
