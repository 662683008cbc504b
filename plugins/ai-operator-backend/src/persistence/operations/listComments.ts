import { HumanCommandName } from '@ai-operator/backstage-plugin-ai-operator-common';
import { HumanCommand } from '../../core/people';
import { Database } from '../database';
import { CommandRow } from '../tables';

/** A comment of an escalation issue that was dealt with, and how. Times in ms epoch. */
export interface StoredComment {
  /** Id of its command. */
  id: string;
  commentId: number;
  /** When it was last changed, as it was read. */
  updatedAt: number;
  /** Absent when it was not understood. */
  command?: HumanCommandName;
  result: HumanCommand['result'];
}

/**
 * The comments of a rollback's issue that were recorded, newest first, at most
 * `limit` (1000, as many as are read of an issue).
 *
 * Concurrency: one read; {@link insertCommand} and
 * {@link recordAnsweredComment} refuse what was recorded meanwhile.
 */
export async function listComments(
  db: Database,
  options: { correlationId: string; limit?: number },
): Promise<StoredComment[]> {
  const rows = await db
    .knex<CommandRow>('commands')
    .where({ correlation_id: options.correlationId })
    .whereNotNull('comment_id')
    .orderBy('seq', 'desc')
    .limit(options.limit ?? 1_000)
    .select('id', 'comment_id', 'comment_at', 'command', 'result');
  return rows.map(row => ({
    id: row.id,
    commentId: Number(row.comment_id),
    updatedAt: Number(row.comment_at),
    command: (row.command as HumanCommandName | null) ?? undefined,
    result: row.result as StoredComment['result'],
  }));
}
