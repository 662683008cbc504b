import { setImmediate } from 'node:timers/promises';
import type { Secret } from '../config';
import {
  Database,
  getAuditAnchor,
  getAuditHead,
  listAuditSinks,
  readChain,
} from '../persistence';
import { connectReadOnly, databaseName, secretsIn } from './connectReadOnly';
import { CannotJudge, printable, reasonOf } from './problem';
import { TrailSource } from './source';

/** Rows in memory at once. */
const PAGE = 500;

/** The operator's own tables, read only: what stands in them, whatever its routes say. */
export function databaseSource(options: {
  connection: Secret;
  schema?: string;
  signal: AbortSignal;
}): TrailSource {
  const { schema, signal } = options;
  const connection = options.connection.reveal();
  const name = databaseName(connection);

  const database = (() => {
    try {
      return connectReadOnly(connection, schema);
    } catch (error) {
      throw error instanceof CannotJudge ? error : explain(error);
    }
  })();

  async function ask<T>(read: (db: Database) => Promise<T>): Promise<T> {
    if (signal.aborted) {
      throw new CannotJudge('Interrupted.');
    }
    try {
      return await database.read(read);
    } catch (error) {
      throw explain(error);
    }
  }

  function explain(error: unknown): CannotJudge {
    // Drivers quote what they were given, whole or in part; the error itself is
    // not passed on. A part that is left of a secret after cutting is one still.
    const reason = printable(
      secretsIn(connection).reduce(
        (text, secret) => text.replaceAll(secret, () => '***'),
        reasonOf(error).replaceAll(connection, () => name),
      ),
    );
    const hint = /no such table|does not exist/.test(reason)
      ? ' Is this the database of the plugin ai-operator, brought up to date by its backend? PostgreSQL may keep its tables in a schema: give --schema.'
      : '';
    return new CannotJudge(
      `${name} cannot be read: ${reason.replace(/[.\s]+$/, '')}.${hint}`,
    );
  }

  return {
    name,
    tell: () =>
      ask(async db => ({
        head: await getAuditHead(db),
        anchor: await getAuditAnchor(db),
        sinks: await listAuditSinks(db),
      })),
    async *pages({ from, correlationId }) {
      let next = from;
      for (;;) {
        const start = next;
        const rows = await ask(db =>
          readChain(db, { from: start, limit: PAGE, correlationId }),
        );
        if (rows.length > 0) {
          yield rows;
          next = rows[rows.length - 1].seq + 1;
        }
        if (rows.length < PAGE) {
          return;
        }
        // SQLite answers at once: without a pause nobody hears Ctrl-C.
        await setImmediate();
      }
    },
    close: () => database.close(),
  };
}
