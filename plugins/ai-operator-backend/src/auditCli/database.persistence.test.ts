import { describeOnDatabases } from '../persistence/__testUtils__/databases';
import { Database } from '../persistence';
import { writeTrail } from '../rest/__testUtils__/trail';
import { connectReadOnly } from './connectReadOnly';
import { databaseInFile, verify } from './__testUtils__/cli';

/** How somebody outside reaches the database; SQLite's is in memory, so a file stands in for it. */
async function reach(db: Database) {
  if (db.dialect === 'sqlite') {
    const file = await databaseInFile();
    return { db: file.db, connection: file.path, close: file.close };
  }
  const { host, port, user, password, database } =
    db.knex.client.connectionSettings;
  const login = `${user}:${encodeURIComponent(password)}`;
  return {
    db,
    connection: `postgresql://${login}@${host}:${port}/${database}`,
    close: async () => {},
  };
}

describeOnDatabases('ai-operator-audit verify --database', open => {
  it('reads the tables of the operator, and cannot write', async () => {
    const { close, connection, db } = await reach(await open());
    try {
      await writeTrail(db, 1_200);
      await expect(
        verify(['--database-env', 'DATABASE'], {
          env: { DATABASE: connection },
        }),
      ).resolves.toMatchObject({ code: 0, checked: 1_200, to: 1_200 });

      const writable =
        db.dialect === 'postgres'
          ? `${connection}?options=-c%20default_transaction_read_only%3Doff`
          : connection;
      const database = connectReadOnly(writable);
      try {
        for (const sql of [
          'CREATE TABLE mine (id integer)',
          "INSERT INTO audit_anchors VALUES (1, 'x', 1, 1)",
        ]) {
          await expect(
            database.read(({ knex }) => knex.raw(sql)),
          ).rejects.toThrow(/read-?only/);
        }
      } finally {
        await database.close();
      }
    } finally {
      await close();
    }
  });

  it('finds the tables in a schema, and leaves nothing of that in the session', async () => {
    const { close, connection, db } = await reach(await open());
    try {
      if (db.dialect !== 'postgres') {
        return;
      }
      await writeTrail(db, 3);
      await db.knex.raw('CREATE SCHEMA "Its Own"');
      for (const table of ['audit', 'audit_head', 'audit_anchors']) {
        await db.knex.raw(`ALTER TABLE ${table} SET SCHEMA "Its Own"`);
      }
      const database = connectReadOnly(connection, 'Its Own');
      try {
        await expect(
          database.read(({ knex }) => knex('audit').count()),
        ).resolves.toEqual([{ count: '3' }]);
      } finally {
        await database.close();
      }
    } finally {
      await close();
    }
  });

  it('says what to look at when the tables are not there', async () => {
    const { close, connection, db } = await reach(await open());
    try {
      await db.knex.schema.dropTable('audit_head');
      await expect(verify(['--database', connection])).resolves.toMatchObject({
        code: 2,
        because: expect.stringContaining('plugin ai-operator'),
      });
    } finally {
      await close();
    }
  });
});
