import { existsSync } from 'node:fs';
import knexFactory, { Knex } from 'knex';
import { createDatabase, Database, readSnapshot } from '../persistence';
import { CannotJudge } from './problem';

/** Longest time of one query, ms. */
const TIMEOUT_MS = 60_000;

const POSTGRES = /^postgres(?:ql)?:\/\//i;

/** Whatever goes wrong is said once, by us. */
const QUIET = { warn() {}, error() {}, deprecate() {}, debug() {} };

/** The database as people know it, without its password. */
export function databaseName(connection: string): string {
  if (!POSTGRES.test(connection)) {
    return connection;
  }
  try {
    const { host, pathname } = new URL(connection);
    return `PostgreSQL at ${host}${pathname}`;
  } catch {
    return 'PostgreSQL';
  }
}

/** Passwords in a connection string, as they are written there and as they are meant. */
export function secretsIn(connection: string): string[] {
  if (!POSTGRES.test(connection)) {
    return [];
  }
  const secrets = [/^[^/]*\/\/[^:@/]*:(.*)@/.exec(connection)?.[1] ?? ''];
  try {
    const { password, searchParams } = new URL(connection);
    secrets.push(password, ...searchParams.getAll('password'));
  } catch {
    // What is written there is all there is.
  }
  return (
    [...new Set(secrets.flatMap(secret => [secret, decoded(secret)]))]
      .filter(secret => secret !== '')
      // One may be a part of another.
      .sort((a, b) => b.length - a.length)
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A database that is only ever read. */
export interface ReadOnlyDatabase {
  /** Everything is read in here, as of one moment. */
  read<T>(read: (db: Database) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * Connects in a way that cannot write, whatever the credentials allow: SQLite
 * opens the file for reading, PostgreSQL gets read-only transactions. The mode is
 * each transaction's own, not the session's: a connection string cannot
 * change it, and a session that PgBouncer lends to others stays as it was.
 */
export function connectReadOnly(
  connection: string,
  schema?: string,
): ReadOnlyDatabase {
  const knex = connect(connection);
  const db = createDatabase(knex);
  return {
    read: read =>
      readSnapshot(db, async snapshot => {
        if (snapshot.dialect === 'postgres') {
          // Of this transaction only, too.
          await snapshot.knex.raw(
            `SELECT set_config('statement_timeout', ?, true)`,
            [String(TIMEOUT_MS)],
          );
          if (schema !== undefined) {
            await snapshot.knex.raw(
              `SELECT set_config('search_path', quote_ident(?), true)`,
              [schema],
            );
          }
        }
        return read(snapshot);
      }),
    close: () => knex.destroy(),
  };
}

function connect(connection: string): Knex {
  if (POSTGRES.test(connection)) {
    return knexFactory({
      client: 'pg',
      connection: {
        connectionString: connection,
        application_name: 'ai-operator-audit',
        connectionTimeoutMillis: 30_000,
      },
      log: QUIET,
      pool: { min: 0, max: 1 },
    });
  }
  if (!existsSync(connection)) {
    throw new CannotJudge(
      `There is no file ${connection}. --database takes the path of an SQLite file, or postgresql://...`,
    );
  }
  return knexFactory({
    client: 'better-sqlite3',
    connection: { filename: connection, options: { readonly: true } },
    useNullAsDefault: true,
    log: QUIET,
    pool: { min: 1, max: 1 },
  });
}
