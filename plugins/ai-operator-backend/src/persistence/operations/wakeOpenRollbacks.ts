import { ApplicationKey } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Database } from '../database';

/**
 * Makes the open rollbacks of one application, or without one all open
 * rollbacks, due at `now`: what held them back may be gone. Returns how many.
 *
 * Concurrency: one statement. It takes no claim away: a processor at work looks
 * again right after its commit.
 */
export async function wakeOpenRollbacks(
  db: Database,
  options: { application?: ApplicationKey; now: number },
): Promise<number> {
  const { application, now } = options;
  const query = db.knex('rollbacks').whereNotIn('state', ['Idle', 'Abort']);
  if (application) {
    const { instance, namespace, name } = application;
    query.where({ instance, namespace, name });
  }
  return query.update({ wake_at: now, woken: true });
}
