import { Database } from './database';

/**
 * Runs several reads that see the database as it was at one moment, whatever is
 * written meanwhile. Nothing may be written within.
 */
export function readSnapshot<T>(
  db: Database,
  read: (snapshot: Database) => Promise<T>,
): Promise<T> {
  return db.knex.transaction(
    tx => read({ ...db, knex: tx }),
    db.dialect === 'postgres'
      ? { isolationLevel: 'repeatable read', readOnly: true }
      : {},
  );
}
