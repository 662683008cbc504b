import { describeOnDatabases } from '../__testUtils__/databases';
import { anAudit } from '../__testUtils__/fixtures';
import { Database } from '../database';
import { appendAuditRecords } from './appendAuditRecords';
import { deleteExpiredAudit } from './deleteExpiredAudit';
import { getAuditAnchor } from './getAuditAnchor';
import { readDatabaseTime } from './readDatabaseTime';
import { verifyAudit } from './verifyAudit';

const DAY = 24 * 60 * 60 * 1000;

async function withAges(db: Database, ...days: number[]): Promise<number> {
  const now = await readDatabaseTime(db);
  await appendAuditRecords(db, {
    audit: days.map(age => anAudit({ timestamp: now - age * DAY })),
  });
  return now;
}

async function seqs(db: Database): Promise<number[]> {
  return (await db.knex('audit').orderBy('seq').pluck('seq')).map(Number);
}

describeOnDatabases('deleteExpiredAudit', open => {
  it('removes what is past its retention, a batch at a time, each behind an anchor', async () => {
    const db = await open();
    const now = await withAges(db, 500, 450, 420, 410, 399, 500, 1);
    const remove = () =>
      deleteExpiredAudit(db, { before: now - 400 * DAY, limit: 3, now });
    await expect(remove()).resolves.toBe(3);
    await expect(getAuditAnchor(db)).resolves.toEqual({
      seq: 3,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      at: now - 420 * DAY,
    });
    await expect(remove()).resolves.toBe(1);
    // What stands behind a younger one stays, however old it says it is.
    await expect(remove()).resolves.toBe(0);
    await expect(seqs(db)).resolves.toEqual([5, 6, 7]);
    await expect(verifyAudit(db, { limit: 10 })).resolves.toMatchObject({
      result: 'intact',
      checked: 3,
    });
  });

  it('keeps 90 days by the clock of the database, whatever it is asked for', async () => {
    const db = await open();
    const now = await withAges(db, 100, 91, 89, 10);
    await expect(
      deleteExpiredAudit(db, { before: now + 900 * DAY, limit: 10, now }),
    ).resolves.toBe(2);
    await expect(seqs(db)).resolves.toEqual([3, 4]);
  });

  it('keeps what was not shipped', async () => {
    const db = await open();
    const now = await withAges(db, 500, 500, 500);
    const remove = (upTo: number) =>
      deleteExpiredAudit(db, { before: now, upTo, limit: 10, now });
    await expect(remove(0)).resolves.toBe(0);
    await expect(getAuditAnchor(db)).resolves.toBeUndefined();
    await expect(remove(2)).resolves.toBe(2);
    await expect(seqs(db)).resolves.toEqual([3]);
  });

  it('is harmless when two replicas do it at once', async () => {
    const db = await open();
    const now = await withAges(db, ...Array.from({ length: 60 }, () => 500));
    const one = async () => {
      let removed = 0;
      for (;;) {
        const batch = await deleteExpiredAudit(db, {
          before: now,
          limit: 5,
          now,
        });
        if (batch === 0) {
          return removed;
        }
        removed += batch;
      }
    };
    const removed = await Promise.all([one(), one(), one()]);
    expect(removed.reduce((sum, each) => sum + each)).toBe(60);
    await expect(getAuditAnchor(db)).resolves.toMatchObject({ seq: 60 });
  });

  it('does nothing to an empty trail', async () => {
    await expect(
      deleteExpiredAudit(await open(), { before: 1, limit: 10, now: 1 }),
    ).resolves.toBe(0);
  });
});
