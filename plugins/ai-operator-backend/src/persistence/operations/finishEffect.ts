import { AuditRecord } from '@ai-operator/backstage-plugin-ai-operator-common';
import { appendAudit } from '../audit/append';
import { EffectOutcome } from '../../core/effect';
import { Database } from '../database';
import { wakeRollbacks } from '../wake';

/**
 * Stores how an effect ended, with its audit records, and wakes the rollback
 * when asked to, in one transaction.
 *
 * Concurrency: `lost` when somebody else has claimed the effect since or has
 * finished it; nothing is written then. The effect may have been carried out
 * twice, which is harmless; its outcome is stored once.
 */
export async function finishEffect(
  db: Database,
  options: {
    correlationId: string;
    key: string;
    ticket: number;
    outcome: EffectOutcome;
    now: number;
    audit: AuditRecord[];
    wake: boolean;
    /** Where the escalation can be read; shown with the rollback from now on. */
    escalationIssueUrl?: string;
  },
): Promise<'committed' | 'lost'> {
  const { correlationId, key, ticket, now } = options;
  return db.knex.transaction(async tx => {
    const updated = await tx('outbox')
      .where({ correlation_id: correlationId, key, ticket })
      .whereNull('finished_at')
      .update({
        outcome: JSON.stringify(options.outcome),
        finished_at: now,
        lease_holder: null,
        lease_until: null,
      });
    if (updated === 0) {
      return 'lost';
    }
    if (options.escalationIssueUrl) {
      await tx('rollbacks')
        .where({ correlation_id: correlationId })
        .update({ escalation_issue_url: options.escalationIssueUrl });
    }
    if (options.wake) {
      await wakeRollbacks(tx, [correlationId], now);
    }
    await appendAudit(tx, options.audit);
    return 'committed';
  });
}
