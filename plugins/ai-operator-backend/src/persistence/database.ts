import {
  DatabaseService,
  resolvePackagePath,
} from '@backstage/backend-plugin-api';
import { Knex } from 'knex';

/** A connection pool and the kind of database behind it. Every operation takes one first. */
export interface Database {
  knex: Knex;
  dialect: 'sqlite' | 'postgres';
}

/** Wraps a knex instance; throws for databases other than SQLite and PostgreSQL. */
export function createDatabase(knex: Knex): Database {
  const client: unknown = knex.client.config.client;
  switch (client) {
    case 'better-sqlite3':
    case 'sqlite3':
      return { knex, dialect: 'sqlite' };
    case 'pg':
      return { knex, dialect: 'postgres' };
    default:
      throw new Error(
        `AI Operator runs on PostgreSQL (pg) and SQLite (better-sqlite3), not on '${String(
          client,
        )}'. Change backend.database.client.`,
      );
  }
}

/** Where the migrations of this package are. */
export function migrationsDirectory(): string {
  return resolvePackagePath(
    '@ai-operator/backstage-plugin-ai-operator-backend',
    'migrations',
  );
}

/** Connects and brings the tables up to date, unless the deployment migrates by other means. */
export async function openDatabase(
  service: DatabaseService,
): Promise<Database> {
  const database = createDatabase(await service.getClient());
  if (!service.migrations?.skip) {
    await database.knex.migrate.latest({ directory: migrationsDirectory() });
  }
  return database;
}

/** SQL for the database's own clock in epoch milliseconds: the only clock leases know. */
export function databaseNow(db: Database): string {
  return db.dialect === 'postgres'
    ? `CAST(extract(epoch from clock_timestamp()) * 1000 AS bigint)`
    : `CAST(unixepoch('subsec') * 1000 AS INTEGER)`;
}

/** SQL that is true when nobody holds the row's lease, or the lease has run out. */
export function leaseIsFree(db: Database, table?: string): string {
  const column = table ? `${table}.lease_until` : 'lease_until';
  return `(${column} IS NULL OR ${column} <= ${databaseNow(db)})`;
}

/** Rows of a raw query, whichever driver answered. */
export async function rawRows<TRow>(
  executor: Knex,
  sql: string,
  bindings: Record<string, unknown>,
): Promise<TRow[]> {
  const answer: unknown = await executor.raw(
    sql,
    bindings as Record<string, Knex.Value>,
  );
  return Array.isArray(answer)
    ? (answer as TRow[])
    : (answer as { rows: TRow[] }).rows;
}

/**
 * Rows per INSERT statement: SQLite compiles many rows into a compound select
 * of at most 500 terms, and allows 32766 variables.
 */
export const INSERT_CHUNK = 250;

/** Cuts a list into pieces of at most `size`. */
export function* chunks<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) {
    yield items.slice(start, start + size);
  }
}
