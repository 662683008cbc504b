import { HumanCommand } from '../../core/people';
import { rowToCommand } from '../commands';
import { Database } from '../database';
import { CommandRow } from '../tables';

const DEFAULT_LIMIT = 200;

/**
 * What people told a rollback, oldest first; comments without a command are
 * left out. When there are more than `limit` (200), those that count (pending
 * or accepted) are kept before refused ones, and new ones before old ones.
 *
 * Concurrency: one read; a command recorded after it makes the commit of a
 * decision that rests on it lose.
 */
export async function listCommands(
  db: Database,
  options: { correlationId: string; limit?: number },
): Promise<HumanCommand[]> {
  const rows = await db
    .knex<CommandRow>('commands')
    .where({ correlation_id: options.correlationId })
    .whereNotNull('command')
    .orderByRaw(
      `CASE WHEN result IN ('pending', 'accepted') THEN 0 ELSE 1 END, at DESC, seq DESC`,
    )
    .limit(options.limit ?? DEFAULT_LIMIT);
  return rows
    .sort(
      (a, b) => Number(a.at) - Number(b.at) || Number(a.seq) - Number(b.seq),
    )
    .flatMap(row =>
      row.command === null
        ? []
        : [rowToCommand({ ...row, command: row.command })],
    );
}
