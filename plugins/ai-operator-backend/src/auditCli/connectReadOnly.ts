import { existsSync } from 'node:fs';
import knexFactory, { Knex } from 'knex';
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

/** Connects in a way that cannot write, whatever the credentials allow. */
export function connectReadOnly(connection: string, schema?: string): Knex {
  if (POSTGRES.test(connection)) {
    return knexFactory({
      client: 'pg',
      connection: {
        connectionString: connection,
        application_name: 'ai-operator-audit',
        connectionTimeoutMillis: 30_000,
        statement_timeout: TIMEOUT_MS,
        // The server itself keeps us from writing.
        options: '-c default_transaction_read_only=on',
      },
      searchPath: schema,
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
