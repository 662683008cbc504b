import { TrailNow } from '../core';
import { trailOf } from '../core/trail';
import { Database, observeAuditSinks } from '../persistence';

/** The audit trail on its way to these sinks, as decisions look at it; absent without any. */
export async function observeTrail(
  db: Database,
  sinks: readonly string[],
): Promise<TrailNow | undefined> {
  if (sinks.length === 0) {
    return undefined;
  }
  const states = await observeAuditSinks(db);
  // One that is not registered yet has nothing to say: it will be within a second.
  return trailOf(
    sinks.map(name => states.find(each => each.name === name) ?? { name }),
  );
}
