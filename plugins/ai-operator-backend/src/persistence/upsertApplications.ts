import { Knex } from 'knex';
import { ApplicationRecord } from '../core/application';
import { chunks, Database } from './database';
import { applicationToRow } from './rows';
import { ApplicationRow } from './tables';

/** Bounds what one statement holds in memory, and for how long SQLite keeps the event loop. */
const CHUNK = 500;

const COLUMNS = {
  instance: 'text',
  namespace: 'text',
  name: 'text',
  project: 'text',
  environment: 'text',
  health: 'text',
  health_rank: 'integer',
  health_since: 'bigint',
  checked_at: 'bigint',
  labels: 'text',
  search_text: 'text',
  record: 'text',
} as const satisfies Record<keyof ApplicationRow, string>;

const NAMES = Object.keys(COLUMNS);
const KEY = ['instance', 'namespace', 'name'];

/**
 * Writes records, replacing those that are there. The rows travel as one JSON
 * parameter: with thousands of them, compiling a placeholder for every value
 * takes longer than the database needs to write them.
 */
export async function upsertApplications(
  db: Database,
  tx: Knex,
  records: readonly ApplicationRecord[],
): Promise<void> {
  const source =
    db.dialect === 'postgres'
      ? `SELECT ${NAMES.join(', ')} FROM json_to_recordset(CAST(:rows AS json))
           AS given(${Object.entries(COLUMNS)
             .map(([name, type]) => `${name} ${type}`)
             .join(', ')})`
      : `SELECT ${NAMES.map(name => `value ->> '${name}'`).join(', ')}
           FROM json_each(:rows) WHERE true`;
  const statement = `INSERT INTO applications (${NAMES.join(', ')}) ${source}
     ON CONFLICT (${KEY.join(', ')}) DO UPDATE SET ${NAMES.filter(
    name => !KEY.includes(name),
  )
    .map(name => `${name} = excluded.${name}`)
    .join(', ')}`;
  for (const part of chunks(records, CHUNK)) {
    await tx.raw(statement, {
      rows: JSON.stringify(part.map(applicationToRow)),
    });
  }
}
