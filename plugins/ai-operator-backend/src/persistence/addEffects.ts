import { Knex } from 'knex';
import { Effect } from '../core/effect';
import { chunks, INSERT_CHUNK } from './database';

/**
 * Effects of one rollback happen in the order in which they were asked for;
 * events do not wait for actions, so that a slow GitHub delays no announcement.
 */
function laneOf(effect: Effect): 'events' | 'actions' {
  return effect.kind === 'publish_event' ? 'events' : 'actions';
}

/** Asks for effects. One that was asked for before, under the same key, is left as it is. */
export async function addEffects(
  tx: Knex,
  items: ReadonlyArray<{ correlationId: string; effect: Effect }>,
  now: number,
): Promise<void> {
  for (const part of chunks(items, INSERT_CHUNK)) {
    await tx('outbox')
      .insert(
        part.map(({ correlationId, effect }) => ({
          correlation_id: correlationId,
          key: effect.key,
          kind: effect.kind,
          lane: laneOf(effect),
          effect: JSON.stringify(effect),
          created_at: now,
          available_at: now,
        })),
      )
      .onConflict(['correlation_id', 'key'])
      .ignore();
  }
}
