import { AuditRecord } from '@ai-operator/backstage-plugin-ai-operator-common';
import { appendAudit } from '../audit/append';
import { HumanCommand } from '../../core/people';
import { commandToRow } from '../commands';
import { Database } from '../database';
import { holdRollback, steerRollback } from '../steer';

export type InsertCommandResult =
  | 'recorded'
  /** It was recorded before, under the same id. */
  | 'duplicate'
  /** Somebody was faster; `version` is what people decide on now. */
  | { result: 'stale'; version: number }
  /** The rollback is back in Idle, or not stored any more: there is nothing left to tell it. */
  | 'gone';

/**
 * Records what a person told a rollback, with its audit records, in one
 * transaction, and makes the rollback due at `now`, in Abort too.
 *
 * Concurrency: the rollback's row is held from the first statement on, so of
 * several people with the same `expectedVersion` one is recorded and the others
 * are `stale`. The rollback's `steering` and `version` rise by one and its claim
 * is taken away: a processor at work loses its commit, and the next claim, which
 * need not wait for the lease, sees the command. Whatever the answer is but
 * `recorded`, nothing is written.
 *
 * @param options - without `expectedVersion` the command counts whatever others did before
 */
export async function insertCommand(
  db: Database,
  options: {
    correlationId: string;
    command: HumanCommand;
    /** `steering` of the rollback the person was looking at. */
    expectedVersion?: number;
    now: number;
    audit: AuditRecord[];
  },
): Promise<InsertCommandResult> {
  const { correlationId, command, expectedVersion, now } = options;
  return db.knex.transaction(async tx => {
    const rollback = await holdRollback(tx, correlationId);
    if (await tx('commands').where({ id: command.id }).first('id')) {
      return 'duplicate';
    }
    if (!rollback) {
      return 'gone';
    }
    if (
      expectedVersion !== undefined &&
      expectedVersion !== rollback.steering
    ) {
      return { result: 'stale', version: rollback.steering };
    }
    if (rollback.state === 'Idle') {
      return 'gone';
    }
    const inserted = await tx('commands')
      .insert(commandToRow(correlationId, command, null))
      .onConflict('id')
      .ignore()
      .returning('id');
    // The same comment was recorded as refused this instant, by another reader.
    if (inserted.length === 0) {
      return 'duplicate';
    }
    await steerRollback(tx, correlationId, now);
    await appendAudit(tx, options.audit);
    return 'recorded';
  });
}
