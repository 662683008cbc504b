import { AuditRecord } from '@ai-operator/backstage-plugin-ai-operator-common';
import { appendAudit } from '../audit/append';
import { CHAIN_CHECK, FinishedCheck } from '../audit/checkRow';
import { Database } from '../database';
import { AuditCheckRow } from '../tables';

/**
 * Keeps what a look at the whole chain showed, with records about it, and gives
 * the lease back; the next look is due at `dueAt` (ms epoch).
 *
 * Concurrency: `lost` when somebody else has claimed the look since; nothing is
 * written then, so one look is told about once.
 */
export async function finishAuditCheck(
  db: Database,
  options: {
    ticket: number;
    check: FinishedCheck;
    dueAt: number;
    audit: AuditRecord[];
  },
): Promise<'finished' | 'lost'> {
  return db.knex.transaction(async tx => {
    const updated = await tx<AuditCheckRow>('audit_checks')
      .where({ name: CHAIN_CHECK, ticket: options.ticket })
      .update({
        due_at: options.dueAt,
        unfinished: null,
        latest: JSON.stringify(options.check),
        lease_holder: null,
        lease_until: null,
      });
    if (updated === 0) {
      return 'lost';
    }
    await appendAudit(tx, options.audit);
    return 'finished';
  });
}
