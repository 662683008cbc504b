import {
  ApplicationKey,
  AuditRecord,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { appendAudit } from '../audit/append';
import { Database } from '../database';
import { endPauses, holdPauses } from '../pauses';

/**
 * Ends the pause in force of one application, or without one the pause of
 * everything, with its audit records, in one transaction. Returns how many were
 * ended; with 0 nothing is written.
 *
 * Concurrency: as {@link setPause}; of two who resume at once one ends it.
 */
export async function resume(
  db: Database,
  options: {
    application?: ApplicationKey;
    now: number;
    /** Entity ref. */
    by: string;
    because: string;
    audit: AuditRecord[];
  },
): Promise<number> {
  const { application, now, by, because } = options;
  return db.knex.transaction(async tx => {
    await holdPauses(db, tx);
    const ended = await endPauses(tx, { scope: application, now, by, because });
    if (ended > 0) {
      await appendAudit(tx, options.audit);
    }
    return ended;
  });
}
