import { EffectOutcome } from '../../core/effect';
import { Database } from '../database';
import { OutboxRow } from '../tables';

/**
 * Outcomes of a rollback's finished effects by effect key, of all lanes but
 * events, whose outcomes no decision could use. A missing key is an effect under way, or one that
 * was never asked for.
 *
 * Concurrency: one read; an outcome stored right after it wakes the rollback.
 */
export async function loadOutcomes(
  db: Database,
  options: { correlationId: string },
): Promise<Record<string, EffectOutcome>> {
  const rows = await db
    .knex<OutboxRow>('outbox')
    .where({ correlation_id: options.correlationId })
    .whereNot({ kind: 'publish_event' })
    .whereNotNull('finished_at')
    .select('key', 'outcome');
  return Object.fromEntries(
    rows.flatMap(row =>
      row.outcome === null
        ? []
        : [[row.key, JSON.parse(row.outcome) as EffectOutcome]],
    ),
  );
}
