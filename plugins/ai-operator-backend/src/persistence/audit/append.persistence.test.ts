import {
  AUDIT_CHAIN_START,
  canonicalJson,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { createHash } from 'node:crypto';
import { describeOnDatabases } from '../__testUtils__/databases';
import { anAudit } from '../__testUtils__/fixtures';
import { meetAt } from '../__testUtils__/races';
import { Database } from '../database';
import { getAuditHead } from '../operations/getAuditHead';
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

/** Recomputes the chain as the documents tell a third party to; answers with its length. */
async function unbroken(db: Database): Promise<number> {
  let hash = '0'.repeat(64);
  const stored = await rows(db);
  for (const [index, row] of stored.entries()) {
    const prevHash = hash;
    hash = createHash('sha256')
      .update(`${prevHash}\n${row.record}`, 'utf8')
      .digest('hex');
    if (
      row.seq !== index + 1 ||
      row.prev_hash !== prevHash ||
      row.hash !== hash
    ) {
      throw new Error(`The chain is broken at ${row.seq}`);
    }
  }
  expect(await getAuditHead(db)).toEqual({ seq: stored.length, hash });
  return stored.length;
}

describeOnDatabases('the audit trail', open => {
  it('begins with nothing', async () => {
    await expect(getAuditHead(await open())).resolves.toEqual({
      seq: 0,
      hash: AUDIT_CHAIN_START,
    });
  });

  it('is one chain without gaps, whoever writes and whatever is rolled back', async () => {
    const db = await open();
    const writes = Array.from({ length: 20 }, async (_, n) => {
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
    await expect(unbroken(db)).resolves.toBe(26);
  });

  it('is one chain when several meet at its end', async () => {
    const db = await open();
    await append(db, anAudit());
    await meetAt(
      db,
      'audit_head',
      ['a', 'b', 'c', 'd'].map(
        name => () => append(db, anAudit({ reasoning: name }), anAudit()),
      ),
    );
    await expect(unbroken(db)).resolves.toBe(9);
  });

  it('chains a thousand records of one commit in their order', async () => {
    const db = await open();
    await append(
      db,
      ...Array.from({ length: 1_000 }, (_, n) =>
        anAudit({ reasoning: `number ${n}` }),
      ),
    );
    await expect(unbroken(db)).resolves.toBe(1_000);
    const stored = await rows(db);
    expect(stored.map(row => JSON.parse(row.record).reasoning)).toEqual(
      stored.map((_, n) => `number ${n}`),
    );
  });

  it('stores the exact canonical text with what it is found by', async () => {
    const db = await open();
    const record = anAudit({
      correlationId: 'c1',
      metadata: {
        application: 'main/argocd/ä "\\ \u2028',
        note: 'a\0b',
        half: 'x\ud800y',
        gone: undefined,
      },
    });
    await append(db, record);
    const [row] = await rows(db);
    expect(row).toMatchObject({
      correlation_id: 'c1',
      level: 'INFO',
      action_type: 'FSM_TRANSITION',
    });
    const stored = JSON.parse(row.record);
    expect(stored.metadata).toEqual({
      application: 'main/argocd/ä "\\ \u2028',
      note: 'a\0b',
      half: 'x\uFFFDy',
    });
    expect(canonicalJson(stored)).toBe(row.record);
    await expect(unbroken(db)).resolves.toBe(1);
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
    await expect(
      append(db, anAudit(), anAudit({ actor: 'Jane Doe' })),
    ).rejects.toThrow(/An actor is an entity ref/);
    await expect(unbroken(db)).resolves.toBe(0);
    await append(db, anAudit());
    await expect(unbroken(db)).resolves.toBe(1);
  });
});
