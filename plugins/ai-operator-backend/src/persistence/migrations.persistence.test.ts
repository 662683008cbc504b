import { describeOnDatabases } from './__testUtils__/databases';
import {
  aCheck,
  aCommand,
  aKey,
  anAudit,
  anEvent,
  aPause,
  aRecord,
  aRollback,
  tick,
  T0,
} from './__testUtils__/fixtures';
import { Database, migrationsDirectory } from './database';
import { getRollback } from './operations/getRollback';
import { insertCommand } from './operations/insertCommand';
import { listAudit } from './operations/listAudit';
import { setPause } from './operations/setPause';

const TABLES = [
  'instances',
  'applications',
  'health_checks',
  'rollbacks',
  'transitions',
  'outbox',
  'audit',
  'commands',
  'escalation_issues',
  'pauses',
];

async function rowsOf(db: Database) {
  const counts: Record<string, number> = {};
  for (const table of TABLES) {
    const [row] = await db.knex(table).count({ count: '*' });
    counts[table] = Number(row.count);
  }
  return counts;
}

async function fill(db: Database) {
  const rollback = aRollback('payment-service');
  await tick(db, {
    records: [aRecord('payment-service')],
    checks: [{ key: aKey('payment-service'), check: aCheck() }],
    opened: [{ rollback, because: 'degraded' }],
    effects: [
      {
        correlationId: rollback.correlationId,
        effect: anEvent('a'),
      },
    ],
    audit: [anAudit({ correlationId: rollback.correlationId })],
  });
  await insertCommand(db, {
    correlationId: rollback.correlationId,
    command: aCommand('portal:1'),
    now: T0,
    audit: [],
  });
  await db.knex('escalation_issues').insert({
    correlation_id: rollback.correlationId,
    repository: 'my-org/ops',
    number: 7,
    url: 'https://github.example.com/my-org/ops/issues/7',
    opened_at: T0,
  });
  await setPause(db, { pause: aPause('p'), now: T0, audit: [] });
  return rollback;
}

describeOnDatabases(
  'migrations',
  open => {
    it('go up, down with data in every table, and up again to the same tables', async () => {
      const db = await open();
      const directory = migrationsDirectory();
      await db.knex.migrate.latest({ directory });
      const rollback = await fill(db);
      expect(Object.values(await rowsOf(db))).toEqual(TABLES.map(() => 1));

      await db.knex.migrate.rollback({ directory }, true);
      for (const table of [...TABLES, 'audit_head']) {
        await expect(db.knex.schema.hasTable(table)).resolves.toBe(false);
      }

      await db.knex.migrate.latest({ directory });
      expect(Object.values(await rowsOf(db))).toEqual(TABLES.map(() => 0));
      await expect(
        getRollback(db, { correlationId: rollback.correlationId }),
      ).resolves.toBeUndefined();

      const second = await fill(db);
      await expect(
        listAudit(db, { correlationId: second.correlationId, limit: 10 }),
      ).resolves.toMatchObject([{ seq: 1, record: { timestamp: T0 } }]);
    });

    it('refuse a second rollback that holds the same application, whoever writes it', async () => {
      const db = await open();
      await db.knex.migrate.latest({ directory: migrationsDirectory() });
      await fill(db);
      const row = await db.knex('rollbacks').first();
      for (const state of ['PRCreated', 'Abort']) {
        await expect(
          db
            .knex('rollbacks')
            .insert({ ...row, correlation_id: 'other', state }),
        ).rejects.toThrow(/unique/i);
      }
      await db
        .knex('rollbacks')
        .insert({ ...row, correlation_id: 'ended', state: 'Idle' });
    });
  },
  { empty: true },
);
