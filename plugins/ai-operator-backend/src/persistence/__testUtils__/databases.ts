import { TestDatabases } from '@backstage/backend-test-utils';
import { createDatabase, Database, migrationsDirectory } from '../database';

/**
 * Runs the same tests on SQLite and on PostgreSQL, each on databases of its own.
 * Where no PostgreSQL is given, its half shows up as one skipped test that names
 * the reason.
 *
 * @param options - `empty`: without tables, to migrate by hand
 */
function describeOnDatabases(
  title: string,
  define: (open: () => Promise<Database>) => void,
  options: { empty?: boolean } = {},
): void {
  const databases = TestDatabases.create({
    ids: ['SQLITE_3', 'POSTGRES_18'],
    disableDocker: true,
  });
  describe.each(databases.eachSupportedId())(`${title}, %s`, id => {
    define(async () => {
      const db = createDatabase(await databases.init(id));
      if (!options.empty) {
        await db.knex.migrate.latest({ directory: migrationsDirectory() });
      }
      return db;
    });
  });
  if (!databases.supports('POSTGRES_18')) {
    // eslint-disable-next-line jest/expect-expect, jest/no-disabled-tests -- there is nothing to run it on, and the title says why
    it.skip(`${title}, POSTGRES_18: BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING is not set`, () => {});
  }
}

// eslint-disable-next-line jest/no-export -- tests are its only users
export { describeOnDatabases };
