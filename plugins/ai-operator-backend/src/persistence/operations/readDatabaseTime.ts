import { BigintColumn } from '../tables';
import { Database, databaseNow, rawRows } from '../database';

/** The database's own clock, epoch ms: the one that leases are compared with. */
export async function readDatabaseTime(db: Database): Promise<number> {
  const [row] = await rawRows<{ now: BigintColumn }>(
    db.knex,
    `SELECT ${databaseNow(db)} AS now`,
    {},
  );
  return Number(row.now);
}
