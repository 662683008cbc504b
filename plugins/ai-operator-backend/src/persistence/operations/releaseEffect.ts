import { AuditRecord } from '@ai-operator/backstage-plugin-ai-operator-common';
import { appendAudit } from '../audit/append';
import { Database } from '../database';

/**
 * Gives a claimed effect back unfinished: on shutdown. It is due again at once.
 * What was already asked of the outside is kept in `audit`.
 *
 * Concurrency: `lost` when somebody else has claimed or finished it since;
 * nothing is written then.
 */
export async function releaseEffect(
  db: Database,
  options: {
    correlationId: string;
    key: string;
    ticket: number;
    audit: AuditRecord[];
  },
): Promise<'released' | 'lost'> {
  return db.knex.transaction(async tx => {
    const released = await tx('outbox')
      .where({
        correlation_id: options.correlationId,
        key: options.key,
        ticket: options.ticket,
      })
      .whereNull('finished_at')
      .update({ lease_holder: null, lease_until: null });
    if (released === 0) {
      return 'lost';
    }
    await appendAudit(tx, options.audit);
    return 'released';
  });
}
