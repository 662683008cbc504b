import { describeOnDatabases } from '../__testUtils__/databases';
import { anAudit } from '../__testUtils__/fixtures';
import { Database } from '../database';
import { AuditRow } from '../tables';
import { appendAudit } from './append';

const TOKEN = `ghp_${'a1B2'.repeat(9)}`;

function append(db: Database, ...records: Parameters<typeof appendAudit>[1]) {
  return db.knex.transaction(tx => appendAudit(tx, records));
}

async function rows(db: Database) {
  const found: AuditRow[] = await db.knex('audit').orderBy('seq');
  return found.map(row => ({ ...row, seq: Number(row.seq) }));
}

describeOnDatabases('the audit trail', open => {
  it('numbers records without gaps, whoever writes and whatever is rolled back', async () => {
    const db = await open();
    const writes = Array.from({ length: 10 }, async (_, n) => {
      if (n % 3 === 0) {
        await db.knex
          .transaction(async tx => {
            await appendAudit(tx, [anAudit(), anAudit()]);
            throw new Error('the change it explains failed');
          })
          .catch(() => undefined);
      } else {
        await append(db, anAudit({ reasoning: `${n}` }), anAudit());
      }
    });
    await Promise.all(writes);
    expect((await rows(db)).map(row => row.seq)).toEqual(
      Array.from({ length: 12 }, (_, n) => n + 1),
    );
  });

  it('numbers a thousand records of one commit in their order', async () => {
    const db = await open();
    await append(
      db,
      ...Array.from({ length: 1_000 }, (_, n) =>
        anAudit({ reasoning: `number ${n}` }),
      ),
    );
    const stored = await rows(db);
    expect(stored).toHaveLength(1_000);
    expect(stored.map(row => JSON.parse(row.record).reasoning)).toEqual(
      stored.map((_, n) => `number ${n}`),
    );
  });

  it('stores the exact text with what it is found by, not chained and not shipped yet', async () => {
    const db = await open();
    const record = anAudit({
      correlationId: 'c1',
      metadata: { application: 'main/argocd/ä "\\ \u2028', note: 'a\0b' },
    });
    await append(db, record);
    const [row] = await rows(db);
    expect(row).toMatchObject({
      correlation_id: 'c1',
      level: 'INFO',
      action_type: 'FSM_TRANSITION',
      prev_hash: null,
      hash: null,
      shipped_at: null,
    });
    const stored = JSON.parse(row.record);
    expect(stored).toEqual(record);
    expect(JSON.stringify(stored)).toBe(row.record);
  });

  it('writes no secret, wherever it was hidden', async () => {
    const db = await open();
    await append(
      db,
      anAudit({
        actionType: 'MCP_CALL',
        reasoning: `GitHub refused ${TOKEN}`,
        mcpCall: {
          name: 'github.createPullRequest',
          parameters: {
            headers: { authorization: 'abc' },
            url: `x?t=${TOKEN}`,
          },
          result: 'failure',
          response: { message: `Bearer ${TOKEN}` },
          durationMs: 1,
          retryCount: 0,
        },
        metadata: { [TOKEN]: TOKEN },
      }),
    );
    const [row] = await rows(db);
    expect(row.record).not.toContain('ghp_');
    expect(JSON.parse(row.record).mcpCall.parameters.headers).toEqual({
      authorization: '[redacted]',
    });
  });

  it('refuses what is no audit record, and then writes none of them', async () => {
    const db = await open();
    await expect(
      append(db, anAudit(), { ...anAudit(), version: 2 as 1 }),
    ).rejects.toThrow(/version/);
    await expect(rows(db)).resolves.toEqual([]);
    await append(db, anAudit());
    expect((await rows(db)).map(row => row.seq)).toEqual([1]);
  });
});
