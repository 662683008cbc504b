import { Knex } from 'knex';
import { Effect, EffectKind } from '../core/effect';
import { chunks, INSERT_CHUNK } from './database';

/**
 * Effects of one rollback happen in the order in which they were asked for,
 * within their lane. Lanes do not wait for each other: a slow GitHub delays no
 * announcement, a broken Slack no merge, and a pull request that cannot be
 * opened no escalation.
 */
const LANES = {
  open_pull_request: 'actions',
  merge_pull_request: 'actions',
  close_pull_request: 'actions',
  escalate: 'issue',
  close_issue: 'issue',
  answer_comment: 'issue',
  notify: 'people',
  // Nobody is left asleep because a message cannot be delivered.
  page: 'pager',
  publish_event: 'events',
} as const satisfies Record<EffectKind, string>;

/** Where an event goes that nobody takes: later ones of its rollback no longer wait for it. */
export const LATE_EVENTS = 'late_events';

/** Lanes of events, and all others: they are claimed apart, so that who listens cannot hold up what is done. */
export type LaneGroup = 'events' | 'others';

/** SQL condition for the lanes of a group; `outbox` is the table's alias. */
export function inGroup(outbox: string, group: LaneGroup | undefined): string {
  const events = `${outbox}.lane IN ('${LANES.publish_event}', '${LATE_EVENTS}')`;
  switch (group) {
    case 'events':
      return events;
    case 'others':
      return `NOT ${events}`;
    default:
      return 'true';
  }
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
          lane: LANES[effect.kind],
          effect: JSON.stringify(effect),
          created_at: now,
          available_at: now,
        })),
      )
      .onConflict(['correlation_id', 'key'])
      .ignore();
  }
}
