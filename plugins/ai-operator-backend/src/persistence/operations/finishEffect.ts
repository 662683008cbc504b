import { AuditRecord } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Knex } from 'knex';
import { appendAudit } from '../audit/append';
import { EffectOutcome } from '../../core/effect';
import { Database } from '../database';
import { wakeRollbacks } from '../wake';

/** An issue on which people are asked. */
export interface EscalationIssue {
  repository: string;
  number: number;
  url: string;
  /** When its comments are read first (ms epoch). */
  pollAt: number;
}

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
    /** Issue the escalation can be read on: shown with the rollback, and its comments read, from now on. */
    escalationIssue?: EscalationIssue;
    /** The escalation issue was closed; its comments are read until then (ms epoch). */
    closedIssue?: { watchUntil: number };
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
    if (options.escalationIssue) {
      await saveIssue(tx, correlationId, options.escalationIssue, now);
    }
    if (options.closedIssue) {
      await tx('escalation_issues')
        .where({ correlation_id: correlationId })
        .update({
          closed_at: now,
          watch_until: options.closedIssue.watchUntil,
        });
    }
    if (options.wake) {
      await wakeRollbacks(tx, [correlationId], now);
    }
    await appendAudit(tx, options.audit);
    return 'committed';
  });
}

/** One issue per rollback; raised again it is open again, and read as before. */
async function saveIssue(
  tx: Knex,
  correlationId: string,
  issue: EscalationIssue,
  now: number,
): Promise<void> {
  await tx('rollbacks')
    .where({ correlation_id: correlationId })
    .update({ escalation_issue_url: issue.url });
  const values = {
    repository: issue.repository,
    number: issue.number,
    url: issue.url,
    poll_at: issue.pollAt,
  };
  await tx('escalation_issues')
    .insert({ correlation_id: correlationId, ...values, opened_at: now })
    .onConflict('correlation_id')
    .merge({ ...values, closed_at: null, watch_until: null });
}
