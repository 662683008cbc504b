import { AuditRecord } from '@ai-operator/backstage-plugin-ai-operator-common';
import { appendAudit } from '../audit/append';
import { Pause } from '../../core/people';
import { Database } from '../database';
import { endPauses, holdPauses, pauseToRow } from '../pauses';

/**
 * Puts a pause in force, in the place of the one in force of the same scope,
 * with its audit records, in one transaction.
 *
 * Concurrency: people who pause and resume at once do so one after the other;
 * the later one counts.
 */
export async function setPause(
  db: Database,
  options: { pause: Pause; now: number; audit: AuditRecord[] },
): Promise<void> {
  const { pause, now } = options;
  await db.knex.transaction(async tx => {
    await holdPauses(db, tx);
    await endPauses(tx, {
      scope: pause.application,
      now,
      by: pause.by,
      because: 'Replaced by another pause',
    });
    await tx('pauses').insert(pauseToRow(pause));
    await appendAudit(tx, options.audit);
  });
}
