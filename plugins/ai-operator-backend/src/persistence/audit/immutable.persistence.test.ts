import { describeOnDatabases } from '../__testUtils__/databases';
import { anAudit, T0 } from '../__testUtils__/fixtures';
import {
  AUDIT_FLOOR,
  deleteExpiredAudit,
} from '../operations/deleteExpiredAudit';
import { readDatabaseTime } from '../operations/readDatabaseTime';
import { appendAuditRecords } from '../operations/appendAuditRecords';
import { getAuditAnchor } from '../operations/getAuditAnchor';
import { Database } from '../database';
import { AuditRow } from '../tables';

const DAY = 24 * 60 * 60 * 1000;

/** Ages of records in days by the database's clock, oldest first; answers with the rows. */
async function withAges(db: Database, ...days: number[]): Promise<AuditRow[]> {
  const now = await readDatabaseTime(db);
  await appendAuditRecords(db, {
    audit: days.map(age => anAudit({ timestamp: now - age * DAY })),
  });
  return rowsOf(db);
}

function rowsOf(db: Database): Promise<AuditRow[]> {
  return db.knex<AuditRow>('audit').orderBy('seq').select('*');
}

function anchorOf(row: AuditRow) {
  return { seq: row.seq, hash: row.hash, at: row.at, made_at: T0 };
}

const UNCHANGED = /never changed: an entry stays as it was written/;
const UNANCHORED = /only removed up to an anchor/;
const YOUNG = /kept for at least 90 days/;
const ANCHOR = /an anchor of the audit trail names an entry that is there/i;

const COLUMNS =
  'seq, at, correlation_id, level, action_type, record, prev_hash, hash';

/** SQL for the second entry once more, under another number. */
function copyAs(seq: string, verb: string, then = ''): string {
  return `${verb} INTO audit (${COLUMNS}) SELECT ${COLUMNS.replace(
    'seq',
    seq,
  )} FROM audit WHERE seq = 2 ${then}`;
}

/** Ways around UPDATE and DELETE. */
const EVASIONS: Record<
  Database['dialect'],
  Array<[sql: string, because: RegExp]>
> = {
  postgres: [
    ...['audit', 'audit_anchors', 'audit_head'].map(
      (table): [string, RegExp] => [
        `TRUNCATE ${table} CASCADE`,
        /never emptied/,
      ],
    ),
    [
      copyAs('seq', 'INSERT', `ON CONFLICT (seq) DO UPDATE SET level = 'WARN'`),
      UNCHANGED,
    ],
  ],
  sqlite: [
    ...['1', '2', '4', '0', 'NULL'].map((seq): [string, RegExp] => [
      copyAs(seq, 'INSERT OR REPLACE'),
      /only added after the newest one/,
    ]),
    [
      `INSERT OR REPLACE INTO audit_head (id, seq, hash) VALUES (1, 0, '')`,
      /only moves forward/,
    ],
  ],
};

describeOnDatabases('the database', open => {
  it.each<[string, Partial<AuditRow>]>([
    ['the text', { record: '{}' }],
    ['the hash', { hash: 'x' }],
    ['the level', { level: 'WARN' }],
    ['the number', { seq: 99 }],
    ['nothing at all', { level: 'INFO' }],
  ])('refuses to change %s of an entry', async (_title, change) => {
    const db = await open();
    const before = await withAges(db, 400, 1);
    for (const { seq } of before) {
      await expect(
        db.knex('audit').where({ seq }).update(change),
      ).rejects.toThrow(UNCHANGED);
    }
    await expect(rowsOf(db)).resolves.toEqual(before);
  });

  it('refuses to remove what is young or has no anchor', async () => {
    const db = await open();
    const [old, older] = await withAges(db, 400, 300, 1);
    const remove = (seq: unknown) => db.knex('audit').where({ seq }).delete();
    await expect(remove(1)).rejects.toThrow(UNANCHORED);
    await expect(remove(3)).rejects.toThrow(/audit trail/);
    await expect(db.knex('audit').delete()).rejects.toThrow(/audit trail/);
    await db.knex('audit_anchors').insert(anchorOf(old));
    await expect(remove(older.seq)).rejects.toThrow(UNANCHORED);
    await expect(remove(old.seq)).resolves.toBe(1);
    await expect(rowsOf(db)).resolves.toHaveLength(2);
  });

  it('is not misled by tables of a session with the same names', async () => {
    const db = await open();
    await withAges(db, 400);
    const [own, shadow] =
      db.dialect === 'postgres' ? ['public', 'pg_temp'] : ['main', 'temp'];
    const misled = db.knex.transaction(async tx => {
      await tx.raw('CREATE TEMP TABLE audit_anchors (seq bigint)');
      await tx.raw(`INSERT INTO ${shadow}.audit_anchors VALUES (99)`);
      await tx.raw(`DELETE FROM ${own}.audit`);
    });
    await expect(misled).rejects.toThrow(UNANCHORED);
  });

  it('refuses to remove a young entry before an old one that is anchored', async () => {
    const db = await open();
    const [, , last] = await withAges(db, 400, 89, 300);
    await db.knex('audit_anchors').insert(anchorOf(last));
    await expect(db.knex('audit').where({ seq: 2 }).delete()).rejects.toThrow(
      YOUNG,
    );
    await expect(db.knex('audit').where({ seq: 1 }).delete()).resolves.toBe(1);
  });

  it('refuses anchors of what is not there, is young, or was anchored, and to change one', async () => {
    const db = await open();
    const [first, second, young] = await withAges(db, 400, 300, 1);
    const insert = (row: object) => db.knex('audit_anchors').insert(row);
    for (const wrong of [
      { ...anchorOf(second), seq: 7 },
      { ...anchorOf(second), hash: first.hash },
      { ...anchorOf(second), at: 1 },
      anchorOf(young),
    ]) {
      await expect(insert(wrong)).rejects.toThrow(ANCHOR);
    }
    await insert(anchorOf(second));
    await expect(insert(anchorOf(second))).rejects.toThrow(ANCHOR);
    await expect(insert(anchorOf(first))).rejects.toThrow(ANCHOR);
    for (const change of [
      () => db.knex('audit_anchors').update({ made_at: 1 }),
      () => db.knex('audit_anchors').delete(),
    ]) {
      await expect(change()).rejects.toThrow(/Anchors .* never changed/);
    }
    await expect(getAuditAnchor(db)).resolves.toMatchObject({ seq: 2 });
  });

  it('refuses to set the head back, and to remove or replace it', async () => {
    const db = await open();
    await withAges(db, 3, 2);
    for (const change of [
      () => db.knex('audit_head').update({ seq: 1 }),
      () => db.knex('audit_head').update({ id: 2 }),
      () => db.knex('audit_head').delete(),
      () => db.knex('audit_head').insert({ id: 2, seq: 0 }),
    ]) {
      await expect(change()).rejects.toThrow(/head .* only moves forward/);
    }
  });

  it('refuses to empty or to replace', async () => {
    const db = await open();
    const before = await withAges(db, 400, 1);
    for (const [sql, because] of EVASIONS[db.dialect]) {
      await expect(db.knex.raw(sql)).rejects.toThrow(because);
    }
    await expect(rowsOf(db)).resolves.toEqual(before);
  });

  it('takes new entries after everything old was removed', async () => {
    const db = await open();
    await withAges(db, 400, 300);
    const now = await readDatabaseTime(db);
    await expect(
      deleteExpiredAudit(db, { before: now, limit: 10, now }),
    ).resolves.toBe(2);
    await expect(rowsOf(db)).resolves.toEqual([]);
    await expect(withAges(db, 0)).resolves.toMatchObject([
      { prev_hash: (await getAuditAnchor(db))?.hash },
    ]);
    expect(AUDIT_FLOOR).toBe(90 * DAY);
  });
});
