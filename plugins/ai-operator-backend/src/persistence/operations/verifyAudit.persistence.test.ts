import { describeOnDatabases } from '../__testUtils__/databases';
import { anAudit } from '../__testUtils__/fixtures';
import { tamper } from '../__testUtils__/tampering';
import { CHAIN_START, chainHash } from '../audit/chain';
import { Verification } from '../audit/verification';
import { Database } from '../database';
import { AuditRow } from '../tables';
import { appendAuditRecords } from './appendAuditRecords';
import { deleteExpiredAudit } from './deleteExpiredAudit';
import { verifyAudit } from './verifyAudit';

const LENGTH = 12;
/** Old enough to be removed. */
const LONG_AGO = Date.UTC(2020, 0, 1);

async function trail(open: () => Promise<Database>): Promise<Database> {
  const db = await open();
  await appendAuditRecords(db, {
    audit: Array.from({ length: LENGTH }, (_, index) =>
      anAudit({
        timestamp: LONG_AGO + index,
        reasoning: `entry ${index + 1}`,
        correlationId: index % 3 === 0 ? 'c1' : 'c2',
      }),
    ),
  });
  return db;
}

function rows(db: Database) {
  return db.knex<AuditRow>('audit');
}

async function rowOf(db: Database, seq: number): Promise<AuditRow> {
  return (await rows(db).where({ seq }).first()) as AuditRow;
}

/** A row that is consistent in itself and with the one before it. */
async function forged(db: Database, seq: number): Promise<AuditRow> {
  const row = await rowOf(db, Math.min(seq, LENGTH));
  const prev_hash =
    seq === 1 ? CHAIN_START.hash : (await rowOf(db, seq - 1)).hash;
  const record = row.record.replace(/entry \d+/, 'forged');
  return { ...row, seq, record, prev_hash, hash: chainHash(prev_hash, record) };
}

/** Numbers from `seq` on are one higher afterwards, the highest first so that none meets another. */
async function shiftUp(db: Database, seq: number) {
  for (let each = LENGTH; each >= seq; each -= 1) {
    await rows(db)
      .where({ seq: each })
      .update({ seq: each + 1 });
  }
}

function brief({ problems }: Pick<Verification, 'problems'>): string[] {
  return problems.map(
    ({ kind, seq, toSeq }) => `${kind} ${seq}${toSeq ? `-${toSeq}` : ''}`,
  );
}

/** All pages of a verification. */
async function inPages(db: Database, limit: number) {
  const pages: Verification[] = [];
  let from: number | undefined;
  do {
    const page = await verifyAudit(db, { from, limit });
    pages.push(page);
    from = page.nextFrom;
  } while (from !== undefined && pages.length < 50);
  return {
    checked: pages.reduce((sum, { checked }) => sum + checked, 0),
    problems: pages.flatMap(({ problems }) => problems),
  };
}

describeOnDatabases('verifyAudit', open => {
  it('finds nothing to say about a trail that is empty or as it was written', async () => {
    await expect(verifyAudit(await open(), { limit: 10 })).resolves.toEqual({
      result: 'intact',
      because: 'There is nothing to recompute.',
      checked: 0,
      problems: [],
      moreProblems: false,
    });
    const db = await trail(open);
    await expect(verifyAudit(db, { limit: LENGTH })).resolves.toMatchObject({
      result: 'intact',
      because:
        '12 entries from 1 to 12 recomputed: each is what was written, and none is missing or added.',
      checked: LENGTH,
      from: 1,
      to: LENGTH,
      nextFrom: undefined,
    });
    await expect(verifyAudit(db, { from: 3, limit: 4 })).resolves.toMatchObject(
      {
        result: 'intact',
        checked: 4,
        from: 3,
        to: 6,
        nextFrom: 7,
      },
    );
    await expect(
      verifyAudit(db, { from: LENGTH + 1, limit: 4 }),
    ).resolves.toMatchObject({ result: 'intact', checked: 0 });
    for (const limit of [1, 2, 5, 11]) {
      await expect(inPages(db, limit)).resolves.toEqual({
        checked: LENGTH,
        problems: [],
      });
    }
  });

  it.each<[string, (db: Database) => Promise<unknown>, string[]]>([
    [
      'a changed text',
      async db => rows(db).where({ seq: 5 }).update({ record: '{"a":1}' }),
      ['changed 5'],
    ],
    [
      'a changed column',
      async db => rows(db).where({ seq: 5 }).update({ correlation_id: null }),
      ['changed 5'],
    ],
    [
      'an entry made anew',
      async db =>
        rows(db)
          .where({ seq: 5 })
          .update(await forged(db, 5)),
      ['changed 5'],
    ],
    [
      'a missing entry',
      async db => rows(db).where({ seq: 5 }).delete(),
      ['missing 5'],
    ],
    [
      'missing entries at the end',
      async db => rows(db).where('seq', '>', 10).delete(),
      ['missing 11-12'],
    ],
    [
      'missing entries at the start',
      async db => rows(db).where('seq', '<', 3).delete(),
      ['missing 1-2'],
    ],
    [
      'a missing entry, the rest renumbered',
      async db => {
        await rows(db).where({ seq: 5 }).delete();
        for (let seq = 6; seq <= LENGTH; seq += 1) {
          await rows(db)
            .where({ seq })
            .update({ seq: seq - 1 });
        }
      },
      ['missing 5'],
    ],
    [
      'one put in between',
      async db => {
        const row = await forged(db, 5);
        await shiftUp(db, 5);
        await rows(db).insert(row);
      },
      ['added 5'],
    ],
    [
      'one put after the end',
      async db => rows(db).insert(await forged(db, LENGTH + 1)),
      ['added 13'],
    ],
    [
      'one put before the start',
      async db => rows(db).insert({ ...(await forged(db, 1)), seq: -3 }),
      ['added -3'],
    ],
    [
      'two that changed places',
      async db => {
        const [a, b] = [await rowOf(db, 4), await rowOf(db, 9)];
        await rows(db)
          .where({ seq: 4 })
          .update({ ...b, seq: 4 });
        await rows(db)
          .where({ seq: 9 })
          .update({ ...a, seq: 9 });
      },
      ['reordered 4', 'reordered 9'],
    ],
  ])('names %s', async (_title, change, expected) => {
    const db = await trail(open);
    await tamper(db, () => change(db));
    const whole = await verifyAudit(db, { limit: 100 });
    expect(whole).toMatchObject({
      result: 'broken',
      because: expect.stringContaining(whole.problems[0].because),
    });
    expect(brief(whole)).toEqual(expected);
    for (const limit of [1, 2, 3, 5]) {
      const { problems } = await inPages(db, limit);
      const seqs = new Set(expected.map(text => text.split(' ')[1]));
      // Over the edge of a page a change of places looks like two changes.
      expect(
        new Set(brief({ problems }).map(text => text.split(' ')[1])),
      ).toEqual(seqs);
    }
  });

  it('starts at the anchor, whatever has been removed and whatever waits for it', async () => {
    const db = await trail(open);
    await deleteExpiredAudit(db, { before: Date.now(), limit: 5, now: 1 });
    await expect(inPages(db, 3)).resolves.toEqual({ checked: 7, problems: [] });
    await expect(
      verifyAudit(db, { from: 2, limit: 20 }),
    ).resolves.toMatchObject({ result: 'intact', from: 6, checked: 7 });
    await tamper(db, () => rows(db).where({ seq: 6 }).delete());
    expect(brief(await verifyAudit(db, { limit: 20 }))).toEqual(['missing 6']);
    expect(brief(await verifyAudit(db, { from: 7, limit: 20 }))).toEqual([
      'missing 6',
    ]);
  });

  it('knows where the end should be, wherever it is asked to start', async () => {
    const db = await trail(open);
    await tamper(db, () => rows(db).where('seq', '>', 9).delete());
    for (const [from, found] of [
      [9, ['missing 10-12']],
      [10, ['missing 10-12']],
      [12, ['missing 12']],
      [13, []],
      [99, []],
    ] as const) {
      expect(brief(await verifyAudit(db, { from, limit: 5 }))).toEqual(found);
    }
  });

  it('recomputes the story of one rollback with its neighbours', async () => {
    const db = await trail(open);
    const story = { correlationId: 'c1', limit: 3 };
    await expect(verifyAudit(db, story)).resolves.toMatchObject({
      result: 'intact',
      checked: 3,
      from: 1,
      to: 7,
      nextFrom: 10,
    });
    await tamper(db, async () => {
      await rows(db)
        .where({ seq: 7 })
        .update(await forged(db, 7));
      await rows(db).where({ seq: 4 }).update({ level: 'ERROR' });
      await rows(db).where({ seq: 9 }).update({ record: '{}' });
    });
    expect(brief(await verifyAudit(db, story))).toEqual([
      'changed 4',
      'changed 7',
    ]);
    await expect(
      verifyAudit(db, { ...story, from: 10 }),
    ).resolves.toMatchObject({ result: 'intact', checked: 1 });
  });

  it('notices what is missing right beside an entry of a story', async () => {
    const db = await trail(open);
    await deleteExpiredAudit(db, { before: Date.now(), limit: 3, now: 1 });
    // The anchor is at 3, and what it covers need not be there.
    const story = { correlationId: 'c1', limit: 10 };
    await expect(verifyAudit(db, story)).resolves.toEqual({
      result: 'intact',
      because:
        'The 3 entries of this rollback are what was written, and the entries next to them are there and follow on them. Whether others were taken away or put in elsewhere, only a check of the whole trail can tell.',
      checked: 3,
      from: 4,
      to: 10,
      nextFrom: undefined,
      problems: [],
      moreProblems: false,
    });
    await tamper(db, () => rows(db).whereIn('seq', [8, 11]).delete());
    const found = await verifyAudit(db, story);
    expect(brief(found)).toEqual(['missing 8', 'missing 11']);
    expect(found.problems[1].because).toBe(
      'Entry 11 is not there: it was written right after entry 10 of this rollback. Whether it was of this rollback, too, nothing that is left tells.',
    );
    // Both are beside entries of the other one, and each is told once.
    expect(
      brief(await verifyAudit(db, { correlationId: 'c2', limit: 10 })),
    ).toEqual(['missing 8', 'missing 11']);
  });

  it('notices that one of the entries of a story was taken away, also at the end', async () => {
    const db = await trail(open);
    const story = { correlationId: 'c2', limit: 10 };
    await tamper(db, () => rows(db).whereIn('seq', [6, 12]).delete());
    expect(brief(await verifyAudit(db, story))).toEqual([
      'missing 6',
      'missing 12',
    ]);
    await tamper(db, () => rows(db).where({ correlation_id: 'c2' }).delete());
    await expect(verifyAudit(db, story)).resolves.toMatchObject({
      result: 'intact',
      because: expect.stringContaining('only a check of the whole trail'),
      checked: 0,
    });
  });

  it('notices an entry beside those of a story that was moved to another one', async () => {
    const db = await trail(open);
    await tamper(db, async () => {
      await rows(db).where({ seq: 6 }).update({ correlation_id: 'c1' });
      await rows(db).where({ seq: 9 }).update({ correlation_id: null });
      await rows(db).where({ seq: 10 }).update({ record: 'null' });
    });
    const { problems } = await verifyAudit(db, {
      correlationId: 'c2',
      limit: 10,
    });
    expect(problems.slice(0, 2)).toEqual([
      {
        kind: 'changed',
        seq: 6,
        because:
          'Entry 6 is kept under the rollback c1, but its record says c2.',
      },
      {
        kind: 'changed',
        seq: 9,
        because: 'Entry 9 is kept under no rollback, but its record says c2.',
      },
    ]);
    expect(problems).toHaveLength(2);
    // Where it was moved to, its own record gives it away.
    expect(
      brief(await verifyAudit(db, { correlationId: 'c1', limit: 10 })),
    ).toEqual(['changed 6', 'changed 10']);
  });
});
