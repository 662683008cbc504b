import {
  ApplicationKey,
  Environment,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { Effect } from '../../core/effect';
import { inGroup, LATE_EVENTS, LaneGroup } from '../addEffects';
import { Database, databaseNow, leaseIsFree, rawRows } from '../database';
import { keyOf } from '../rows';
import { OutboxRow, RollbackRow } from '../tables';

/** An effect to carry out, and the ticket its outcome must show. */
export interface ClaimedEffect {
  effect: Effect;
  correlationId: string;
  application: ApplicationKey;
  environment: Environment;
  /** How often it was tried before: 0 for the first time. */
  attempt: number;
  /** When it was asked for (ms epoch); the time of the decision. */
  askedAt: number;
  ticket: number;
}

/**
 * Takes up to `limit` effects that are available at `now`, oldest first.
 *
 * Order: of one rollback only the oldest unfinished effect of each lane is given
 * out, so what happens to its pull request, on its issue, to people and on the
 * event bus happens in the order it was asked for; the lanes do not wait for
 * each other. An event that was put aside as late neither waits nor is waited for.
 *
 * Concurrency: as {@link claimRollbacks}. A claimer that dies leaves a lease
 * that runs out; the effect is then given out again, which is why every effect
 * looks before it acts.
 */
export async function claimEffects(
  db: Database,
  options: {
    now: number;
    limit: number;
    holder: string;
    leaseMs: number;
    /** Only effects of these lanes; default all. */
    group?: LaneGroup;
  },
): Promise<ClaimedEffect[]> {
  const { group, ...bindings } = options;
  const due = `SELECT o.id FROM outbox o
      WHERE o.finished_at IS NULL AND o.available_at <= :now
        AND ${leaseIsFree(db, 'o')}
        AND ${inGroup('o', group)}
        AND (o.lane = '${LATE_EVENTS}' OR NOT EXISTS (
          SELECT 1 FROM outbox e
           WHERE e.correlation_id = o.correlation_id AND e.lane = o.lane
             AND e.finished_at IS NULL AND e.id < o.id))
      ORDER BY o.available_at, o.id LIMIT :limit`;
  const set = `SET ticket = ticket + 1, lease_holder = :holder,
          lease_until = ${databaseNow(db)} + :leaseMs`;
  const rows = await rawRows<OutboxRow>(
    db.knex,
    db.dialect === 'postgres'
      ? `WITH due AS MATERIALIZED (${due} FOR UPDATE OF o SKIP LOCKED)
         UPDATE outbox ${set} FROM due WHERE outbox.id = due.id
         RETURNING outbox.*`
      : `UPDATE outbox ${set} WHERE id IN (${due}) RETURNING *`,
    bindings,
  );
  if (rows.length === 0) {
    return [];
  }
  const rollbacks = await db
    .knex<RollbackRow>('rollbacks')
    .whereIn('correlation_id', [
      ...new Set(rows.map(row => row.correlation_id)),
    ])
    .select('correlation_id', 'instance', 'namespace', 'name', 'environment');
  const byId = new Map(rollbacks.map(row => [row.correlation_id, row]));
  return rows
    .sort((a, b) => Number(a.id) - Number(b.id))
    .flatMap(row => {
      const rollback = byId.get(row.correlation_id);
      // Its rollback was deleted this instant, and the effect with it.
      if (!rollback) {
        return [];
      }
      return {
        effect: JSON.parse(row.effect) as Effect,
        correlationId: row.correlation_id,
        application: keyOf(rollback),
        environment: rollback.environment as Environment,
        attempt: row.attempt,
        askedAt: Number(row.created_at),
        ticket: Number(row.ticket),
      };
    });
}
