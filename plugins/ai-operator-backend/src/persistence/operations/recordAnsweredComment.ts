import { AuditRecord } from '@ai-operator/backstage-plugin-ai-operator-common';
import { appendAudit } from '../audit/append';
import { Effect } from '../../core/effect';
import { addEffects } from '../addEffects';
import { AnsweredComment, commandToRow } from '../commands';
import { Database } from '../database';

/**
 * Keeps that a comment was refused or not understood, with the answer to it and
 * its audit records, in one transaction. The rollback goes on undisturbed.
 *
 * Concurrency: a comment is recorded once, by its id: two readers of the same
 * issue answer it once. `duplicate`: nothing is written.
 */
export async function recordAnsweredComment(
  db: Database,
  options: {
    correlationId: string;
    command: AnsweredComment;
    effects: Effect[];
    now: number;
    audit: AuditRecord[];
  },
): Promise<'recorded' | 'duplicate'> {
  const { correlationId, now } = options;
  return db.knex.transaction(async tx => {
    const inserted = await tx('commands')
      .insert(commandToRow(correlationId, options.command, now))
      .onConflict('id')
      .ignore()
      .returning('id');
    if (inserted.length === 0) {
      return 'duplicate';
    }
    await addEffects(
      tx,
      options.effects.map(effect => ({ correlationId, effect })),
      now,
    );
    await appendAudit(tx, options.audit);
    return 'recorded';
  });
}
