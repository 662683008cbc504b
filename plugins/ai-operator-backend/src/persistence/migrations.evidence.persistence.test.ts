import { describeOnDatabases } from './__testUtils__/databases';
import { anAudit, T0 } from './__testUtils__/fixtures';
import { appendAudit } from './audit/append';
import { Database, migrationsDirectory } from './database';
import { verifyAudit } from './operations/verifyAudit';
import { AuditRow } from './tables';

/** Rows as the version before wrote them: any order of keys, halves of characters escaped. */
function oldRow(seq: number) {
  const record = {
    ...anAudit({
      timestamp: T0 + seq,
      correlationId: seq % 2 ? 'c1' : undefined,
      reasoning: `number ${seq} ä "\\ \u2028`,
    }),
    metadata: { zebra: [1.0, 1e21, -0], alpha: { b: null, a: 'x\ud800' } },
  };
  return {
    seq,
    at: T0 + seq,
    correlation_id: record.correlationId ?? null,
    level: record.level,
    action_type: record.actionType,
    record: JSON.stringify(record),
  };
}

async function fill(db: Database, length: number) {
  const rows = Array.from({ length }, (_, index) => oldRow(index + 1));
  for (let start = 0; start < length; start += 100) {
    await db.knex('audit').insert(rows.slice(start, start + 100));
  }
  await db.knex('audit_head').update({ seq: length });
}

async function upBefore(db: Database) {
  const directory = migrationsDirectory();
  await db.knex.migrate.up({ directory });
  await db.knex.migrate.up({ directory });
}

describeOnDatabases(
  'the migration that makes the trail a chain',
  open => {
    it('chains what is there, in batches, and gives it back as it was', async () => {
      const db = await open();
      const directory = migrationsDirectory();
      await upBefore(db);
      await fill(db, 601);

      await db.knex.migrate.up({ directory });
      await expect(verifyAudit(db, { limit: 1_000 })).resolves.toMatchObject({
        result: 'intact',
        checked: 601,
      });
      const [first]: AuditRow[] = await db.knex('audit').where({ seq: 1 });
      expect(first.record).toBe(
        `{"actionType":"FSM_TRANSITION","actor":"ai-operator","correlationId":"c1","level":"INFO","metadata":{"alpha":{"a":"x\uFFFD","b":null},"zebra":[1,1e+21,0]},"reasoning":"number 1 ä \\"\\\\ \u2028","timestamp":${
          T0 + 1
        },"version":1}`,
      );
      // It goes on from there.
      await db.knex.transaction(tx => appendAudit(tx, [anAudit()]));
      await expect(verifyAudit(db, { limit: 1_000 })).resolves.toMatchObject({
        result: 'intact',
        checked: 602,
      });

      await db.knex.migrate.down({ directory });
      const rows: AuditRow[] = await db.knex('audit').orderBy('seq');
      expect(rows).toHaveLength(602);
      expect(JSON.parse(rows[1].record)).toEqual({
        ...JSON.parse(oldRow(2).record),
        metadata: { zebra: [1, 1e21, 0], alpha: { b: null, a: 'x\uFFFD' } },
      });
      // Nothing is refused any more.
      await db.knex('audit').where({ seq: 1 }).update({ shipped_at: T0 });
      await db.knex('audit').where({ seq: 602 }).delete();
      await db.knex('audit_head').update({ seq: 601 });

      await db.knex.migrate.up({ directory });
      await expect(verifyAudit(db, { limit: 1_000 })).resolves.toMatchObject({
        result: 'intact',
        checked: 601,
      });
    });

    it('begins an empty chain', async () => {
      const db = await open();
      await upBefore(db);
      await db.knex.migrate.up({ directory: migrationsDirectory() });
      await db.knex.transaction(tx => appendAudit(tx, [anAudit()]));
      await expect(verifyAudit(db, { limit: 10 })).resolves.toMatchObject({
        result: 'intact',
        checked: 1,
      });
    });
  },
  { empty: true },
);
