import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createDatabase,
  Database,
  migrationsDirectory,
} from '@ai-operator/backstage-plugin-ai-operator-backend/src/persistence';
import createKnex from 'knex';

export const DATABASES = ['sqlite', 'postgres'] as const;

export type DatabaseName = (typeof DATABASES)[number];

export interface BenchDatabase {
  db: Database;
  close(): Promise<void>;
}

async function openSqlite(): Promise<BenchDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'ai-operator-bench-audit-'));
  const knex = createKnex({
    client: 'better-sqlite3',
    connection: { filename: join(folder, 'audit.sqlite') },
    useNullAsDefault: true,
    pool: { min: 1, max: 1 },
  });
  return {
    db: createDatabase(knex),
    async close() {
      await knex.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Where `yarn bench` has started one. */
const CONNECTION = 'AI_OPERATOR_BENCH_POSTGRES';

async function openPostgres(): Promise<BenchDatabase> {
  const connection = process.env[CONNECTION];
  if (!connection) {
    throw new Error(
      `${CONNECTION} names no empty PostgreSQL database; yarn bench starts one and sets it`,
    );
  }
  const knex = createKnex({
    client: 'pg',
    connection,
    pool: { min: 1, max: 5 },
  });
  return { db: createDatabase(knex), close: () => knex.destroy() };
}

/** A new, empty database on disk, with the operator's tables. */
export async function openBenchDatabase(
  name: DatabaseName,
): Promise<BenchDatabase> {
  const opened = await (name === 'sqlite' ? openSqlite() : openPostgres());
  try {
    await opened.db.knex.migrate.latest({ directory: migrationsDirectory() });
    return opened;
  } catch (error) {
    await opened.close();
    throw error;
  }
}
