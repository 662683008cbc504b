import { AuditRecord } from '@ai-operator/backstage-plugin-ai-operator-common';
import { LATE_EVENTS } from '../addEffects';
import { appendAudit } from '../audit/append';
import { Database } from '../database';
import { plainText } from '../rows';

/**
 * Puts an effect back to be tried again at `availableAt` (ms epoch), raises its
 * attempt and gives the lease back.
 *
 * Concurrency: as {@link finishEffect}.
 */
export async function retryEffect(
  db: Database,
  options: {
    correlationId: string;
    key: string;
    ticket: number;
    availableAt: number;
    because: string;
    /** True for an event that the later ones of its rollback shall no longer wait for. */
    stepAside?: boolean;
    audit: AuditRecord[];
  },
): Promise<'committed' | 'lost'> {
  const { correlationId, key, ticket } = options;
  return db.knex.transaction(async tx => {
    const updated = await tx('outbox')
      .where({ correlation_id: correlationId, key, ticket })
      .whereNull('finished_at')
      .update({
        attempt: tx.raw('attempt + 1'),
        available_at: options.availableAt,
        last_problem: plainText(options.because),
        ...(options.stepAside ? { lane: LATE_EVENTS } : {}),
        lease_holder: null,
        lease_until: null,
      });
    if (updated === 0) {
      return 'lost';
    }
    await appendAudit(tx, options.audit);
    return 'committed';
  });
}
