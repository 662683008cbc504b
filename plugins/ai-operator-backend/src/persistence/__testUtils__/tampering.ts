import { Database } from '../database';

interface Trigger {
  name: string;
  table: string;
  sql?: string;
}

async function triggersOf(db: Database): Promise<Trigger[]> {
  if (db.dialect === 'sqlite') {
    return db
      .knex('sqlite_master')
      .where({ type: 'trigger' })
      .select({ name: 'name', table: 'tbl_name', sql: 'sql' });
  }
  const answer = await db.knex.raw(
    `SELECT tgname AS name, tgrelid::regclass::text AS "table"
       FROM pg_trigger WHERE NOT tgisinternal`,
  );
  return answer.rows;
}

/**
 * Does what the database refuses: somebody who owns it can take its triggers
 * away, and put them back afterwards.
 */
export async function tamper(
  db: Database,
  change: () => Promise<unknown>,
): Promise<void> {
  const triggers = await triggersOf(db);
  if (triggers.length === 0) {
    throw new Error('There is no trigger that would have to be taken away');
  }
  for (const { name, table } of triggers) {
    await db.knex.raw(
      db.dialect === 'sqlite'
        ? `DROP TRIGGER ${name}`
        : `ALTER TABLE ${table} DISABLE TRIGGER ${name}`,
    );
  }
  await change();
  for (const { name, table, sql } of triggers) {
    await db.knex.raw(sql ?? `ALTER TABLE ${table} ENABLE TRIGGER ${name}`);
  }
}
