import { AuditRecord } from '@ai-operator/backstage-plugin-ai-operator-common';
import { appendAudit } from '../audit/append';
import { Database } from '../database';
import { plainText } from '../rows';
import { holdRollback, steerRollback } from '../steer';

/**
 * Takes a command back that is pending or accepted, with its audit records, in
 * one transaction, and makes its rollback due at `now`. False when there is no
 * such command, or it was refused or taken back before; nothing is written then.
 *
 * Concurrency: the rollback's row is held first, as {@link insertCommand} does.
 * A commit that comes first has answered the command, which is taken back all
 * the same; one that comes after is lost, because the version has risen.
 */
export async function withdrawCommand(
  db: Database,
  options: { id: string; because: string; now: number; audit: AuditRecord[] },
): Promise<boolean> {
  const { id, now } = options;
  return db.knex.transaction(async tx => {
    const rollback = await holdRollback(
      tx,
      tx('commands').where({ id }).select('correlation_id'),
    );
    if (!rollback) {
      return false;
    }
    const withdrawn = await tx('commands')
      .where({ id })
      .whereIn('result', ['pending', 'accepted'])
      .update({
        result: 'withdrawn',
        because: plainText(options.because),
        handled_at: now,
      });
    if (withdrawn === 0) {
      return false;
    }
    await steerRollback(tx, rollback.correlation_id, now);
    await appendAudit(tx, options.audit);
    return true;
  });
}
