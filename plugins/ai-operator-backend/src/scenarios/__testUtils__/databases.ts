import { randomUUID } from 'node:crypto';
import createKnex, { Knex } from 'knex';

/** Lost connections are what some scenarios are about; what fails because of them rejects. */
const QUIET = { warn: () => {}, error: () => {} };

/** A database in a file, as a process opens it. */
export function openSqlite(filename: string): Knex {
  return createKnex({
    client: 'better-sqlite3',
    connection: { filename },
    useNullAsDefault: true,
    log: QUIET,
    pool: {
      min: 1,
      max: 1,
      afterCreate: (
        connection: { pragma(text: string): void },
        done: (error: unknown, connection: unknown) => void,
      ) => {
        connection.pragma('journal_mode = WAL');
        // A crash here is simulated: the disk never loses power.
        connection.pragma('synchronous = OFF');
        done(undefined, connection);
      },
    },
  });
}

/** A database of its own on a PostgreSQL server, and how to get rid of it. */
export interface PostgresDatabase {
  /** @param port - where it is reached, if not at the server itself */
  open(port?: number): Knex;
  remove(): Promise<void>;
}

export async function createPostgres(
  connectionString: string,
): Promise<PostgresDatabase> {
  const database = `scenario_${randomUUID().replaceAll('-', '')}`;
  const server = createKnex({
    client: 'pg',
    connection: connectionString,
    pool: { min: 0, max: 1 },
  });
  await server.raw('CREATE DATABASE ??', [database]);
  return {
    open: port => {
      const url = new URL(connectionString);
      url.pathname = `/${database}`;
      url.port = port === undefined ? url.port : String(port);
      return createKnex({
        client: 'pg',
        connection: url.toString(),
        log: QUIET,
        pool: { min: 0, max: 5 },
      });
    },
    remove: async () => {
      await server.raw('DROP DATABASE ?? WITH (FORCE)', [database]);
      await server.destroy();
    },
  };
}
