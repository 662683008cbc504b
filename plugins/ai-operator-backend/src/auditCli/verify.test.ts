import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { AUDIT_CHAIN_START } from '@ai-operator/backstage-plugin-ai-operator-common';
import { mockCredentials, TestDatabases } from '@backstage/backend-test-utils';
import { appendAuditRecords, chainHash, Database } from '../persistence';
import { anAudit } from '../persistence/__testUtils__/fixtures';
import { startServer } from '../rest/__testUtils__/server';
import {
  listen,
  tamper,
  Tampering,
  withoutTriggers,
  writeTrail,
} from '../rest/__testUtils__/trail';
import { cli, databaseInFile, verify } from './__testUtils__/cli';

// Real databases and sockets, several in a test.
jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

const TOKEN = mockCredentials.user.header().replace('Bearer ', '');
const env = { AI_OPERATOR_TOKEN: TOKEN };

type Source = 'url' | 'database' | 'file';

let open: Array<() => Promise<unknown>> = [];

afterEach(async () => {
  await Promise.all(open.map(close => close()));
  open = [];
});

/** A trail of ten entries, on a server and in a file. */
async function tenEntries() {
  const file = await databaseInFile();
  const { app, logger } = await startServer(databases, {
    deps: { db: file.db },
  });
  const server = await listen(app);
  open.push(server.close, file.close);
  const chain = await writeTrail(file.db, 10);
  /** Arguments that lead to it. */
  async function from(source: Source): Promise<string[]> {
    switch (source) {
      case 'url':
        return ['--url', server.url];
      case 'database':
        return ['--database', file.path];
      default: {
        const path = join(file.folder, 'trail.jsonl');
        const { out } = await cli(['export', '--url', server.url], { env });
        writeFileSync(path, out);
        return ['--file', path];
      }
    }
  }
  return { ...file, chain, from, logger, url: server.url };
}

const SOURCES: Source[] = ['url', 'database', 'file'];

describe.each(SOURCES)('ai-operator-audit verify --%s', source => {
  it('finds a trail intact, and says from where to go on', async () => {
    const { chain, from } = await tenEntries();
    const found = await verify(await from(source), { env });
    expect(found).toMatchObject({
      code: 0,
      result: 'intact',
      checked: 10,
      from: 1,
      to: 10,
      problems: [],
      moreProblems: false,
      mark: { seq: 10, hash: chain[9].hash },
    });
  });

  it.each<[Tampering, Array<Partial<{ kind: string; seq: number }>>]>([
    ['changed', [{ kind: 'changed', seq: 4 }]],
    ['deleted', [{ kind: 'missing', seq: 4 }]],
    ['inserted', [{ kind: 'added', seq: 5 }]],
    [{ prev_hash: '0'.repeat(64) }, [{ kind: 'changed', seq: 4 }]],
    [{ hash: 'f'.repeat(64) }, [{ kind: 'changed', seq: 4 }]],
    [{ record: 'no JSON\nat all' }, [{ kind: 'changed', seq: 4 }]],
  ])('names the record that was %j', async (how, problems) => {
    const { db, from } = await tenEntries();
    await tamper(db, how, 4);
    const found = await verify(await from(source), { env });
    expect(found).toMatchObject({ code: 1, result: 'broken', problems });
    expect(found.problems[0].because).toMatch(/\w+ .*\d/);
  });

  it('names records that stand in another order', async () => {
    const { db, from } = await tenEntries();
    await tamper(db, 'swapped', 4);
    const found = await verify(await from(source), { env });
    expect(found).toMatchObject({ code: 1, moreProblems: false });
    expect(found.problems).toEqual([
      { kind: 'reordered', seq: 4, because: expect.stringMatching(/\b4\b/) },
    ]);
  });

  it('goes on from a mark, and notices when what it was made from is another', async () => {
    const { chain, db, from } = await tenEntries();
    const { seq, hash } = chain[5];
    const mark = ['--from', `${seq}`, '--hash', hash];
    await expect(
      verify([...(await from(source)), ...mark], { env }),
    ).resolves.toMatchObject({ code: 0, checked: 4, from: 7, to: 10 });
    // Whoever owns the database makes all of it anew, head and all.
    await withoutTriggers(db, () => makeAnew(db));
    await expect(verify(await from(source), { env })).resolves.toMatchObject({
      code: 0,
    });
    await expect(
      verify([...(await from(source)), ...mark], { env }),
    ).resolves.toMatchObject({ code: 1, result: 'broken' });
  });

  it('misses what a noted head says', async () => {
    const { chain, db, from } = await tenEntries();
    const { seq, hash } = chain[9];
    const head = ['--head', `${seq}:${hash}`];
    await expect(
      verify([...(await from(source)), ...head], { env }),
    ).resolves.toMatchObject({ code: 0 });
    await tamper(db, 'deleted', 10);
    await expect(
      verify([...(await from(source)), ...head], { env }),
    ).resolves.toMatchObject({
      code: 1,
      problems: expect.arrayContaining([
        expect.objectContaining({ kind: 'missing', seq: 10 }),
      ]),
    });
  });

  it('verifies one rollback, each record by itself', async () => {
    const { db, from } = await tenEntries();
    for (const correlationId of ['r1', 'r2', 'r1']) {
      await appendAuditRecords(db, { audit: [anAudit({ correlationId })] });
    }
    const story = ['--correlation-id', 'r1'];
    const args = source === 'file' ? await storyFile() : await from(source);
    async function storyFile() {
      const [, path] = await from('file');
      const { out } = await cli(['export', ...(await from('url')), ...story], {
        env,
      });
      writeFileSync(path, out);
      return ['--file', path];
    }
    const found = await verify([...args, ...story], { env });
    expect(found).toMatchObject({ code: 0, checked: 2, from: 11, to: 13 });
    expect(found).not.toHaveProperty('mark');
    await expect(
      verify([...args, '--correlation-id', 'r3'], { env }),
    ).resolves.toMatchObject({ code: source === 'file' ? 1 : 2 });
  });
});

/** The chain as it would be had other things been recorded: its owner can do that. */
async function makeAnew({ knex }: Database): Promise<void> {
  let before = AUDIT_CHAIN_START;
  for (const { seq, record } of await knex('audit').orderBy('seq')) {
    const text = record.replace('entry', 'other');
    const hash = chainHash(before, text);
    await knex('audit')
      .where({ seq })
      .update({ record: text, prev_hash: before, hash });
    before = hash;
  }
  await knex('audit_head').where({ id: 1 }).update({ hash: before });
}

describe('ai-operator-audit verify', () => {
  it.each(['url', 'database'] as const)(
    'misses entries at the end, with --%s',
    async source => {
      const { db, from } = await tenEntries();
      await tamper(db, 'deleted', 10);
      await tamper(db, 'deleted', 9);
      const found = await verify(await from(source), { env });
      expect(found).toMatchObject({
        code: 1,
        problems: [{ kind: 'missing', seq: 9, toSeq: 10 }],
      });
    },
  );

  it('says that a file may end too early', async () => {
    const { db, from } = await tenEntries();
    await tamper(db, 'deleted', 10);
    const found = await verify(await from('file'), { env });
    expect(found).toMatchObject({
      code: 0,
      to: 9,
      notes: [expect.stringContaining('--head')],
    });
  });

  it('notices entries behind the newest and before the first', async () => {
    const { db, from } = await tenEntries();
    const row = await db.knex('audit').where({ seq: 10 }).first();
    await withoutTriggers(db, async knex => {
      await knex('audit').insert({ ...row, seq: 11, prev_hash: row.hash });
      await knex('audit').insert({ ...row, seq: -5 });
    });
    for (const source of ['url', 'database'] as const) {
      const { code, problems } = await verify(await from(source), { env });
      expect(code).toBe(1);
      expect(problems.map(({ seq }) => seq)).toEqual(
        expect.arrayContaining([-5, 11]),
      );
    }
  });

  it('keeps up with a trail that grows while it is read', async () => {
    const { db, from } = await tenEntries();
    const args = await from('url');
    let goesOn = true;
    const growing = (async () => {
      for (let n = 0; goesOn && n < 5_000; n += 1) {
        await appendAuditRecords(db, { audit: [anAudit()] });
        // SQLite answers at once, and others want their turn.
        await setImmediate();
      }
    })();
    const outcomes: Array<Awaited<ReturnType<typeof verify>>> = [];
    try {
      for (let n = 0; n < 5; n += 1) {
        outcomes.push(await verify(args, { env }));
      }
    } finally {
      goesOn = false;
      await growing;
    }
    expect(outcomes.map(({ code, problems }) => [code, problems])).toEqual(
      outcomes.map(() => [0, []]),
    );
  });

  it('reads standard input, also what another program has written anew', async () => {
    const { from } = await tenEntries();
    const { out } = await cli(['export', ...(await from('url'))], { env });
    await expect(
      verify(['--file', '-'], { stdin: out }),
    ).resolves.toMatchObject({ code: 0, checked: 10, trail: 'standard input' });
    const anew = out
      .trim()
      .split('\n')
      .map(line => {
        const { record, ...rest } = JSON.parse(line);
        const turned = Object.fromEntries(Object.entries(record).reverse());
        return `${JSON.stringify({ record: turned, ...rest }, undefined, 1)
          .split('\n')
          .join(' ')}\r\n`;
      })
      .join('\n');
    await expect(
      verify(['--file', '-'], { stdin: anew }),
    ).resolves.toMatchObject({ code: 0, checked: 10 });
  });

  it('finds lines of a file that stand at another place or twice', async () => {
    const { from } = await tenEntries();
    const { out } = await cli(['export', ...(await from('url'))], { env });
    const lines = out.trim().split('\n');
    const swapped = [
      ...lines.slice(0, 3),
      lines[4],
      lines[3],
      ...lines.slice(5),
    ];
    await expect(
      verify(['--file', '-'], { stdin: swapped.join('\n') }),
    ).resolves.toMatchObject({
      code: 1,
      problems: [{ kind: 'reordered', seq: 4 }],
    });
    const twice = [...lines.slice(0, 6), lines[2], ...lines.slice(6)];
    await expect(
      verify(['--file', '-'], { stdin: twice.join('\n') }),
    ).resolves.toMatchObject({
      code: 1,
      problems: [{ kind: 'added', seq: 3 }],
    });
  });

  it('judges a part of a trail for what it is', async () => {
    const { from } = await tenEntries();
    const { out } = await cli(['export', ...(await from('url'))], { env });
    const part = out.split('\n').slice(4).join('\n');
    await expect(
      verify(['--file', '-'], { stdin: part }),
    ).resolves.toMatchObject({
      code: 0,
      from: 5,
      notes: expect.arrayContaining([
        expect.stringContaining('first entry is 5'),
      ]),
    });
    await expect(verify(['--file', '-'], { stdin: '' })).resolves.toMatchObject(
      {
        code: 2,
        result: 'unknown',
      },
    );
  });

  it('goes on from an anchor after retention, and not from an older mark', async () => {
    const { chain, db, from } = await tenEntries();
    const { at, hash, seq } = chain[3];
    await withoutTriggers(db, async knex => {
      await knex('audit_anchors').insert({ seq, hash, at, made_at: at });
      await knex('audit').where('seq', '<=', seq).delete();
    });
    for (const source of ['url', 'database'] as const) {
      await expect(verify(await from(source), { env })).resolves.toMatchObject({
        code: 0,
        checked: 6,
        from: 5,
        notes: [expect.stringContaining('up to 4')],
      });
      await expect(
        verify([...(await from(source)), '--from', '4', '--hash', hash], {
          env,
        }),
      ).resolves.toMatchObject({ code: 0, checked: 6 });
      await expect(
        verify(
          [...(await from(source)), '--from', '2', '--hash', chain[1].hash],
          { env },
        ),
      ).resolves.toMatchObject({
        code: 2,
        because: expect.stringContaining('4'),
      });
    }
  });

  it('is a table and one line for people', async () => {
    const { db, from } = await tenEntries();
    await tamper(db, 'changed', 4);
    await tamper(db, 'deleted', 8);
    const { code, out, err } = await cli(
      ['verify', ...(await from('database'))],
      { env },
    );
    expect(code).toBe(1);
    expect(err).toBe('');
    expect(out).toMatch(/^ {2}changed +4 +Entry 4 /m);
    expect(out).toMatch(/^ {2}missing +8 +Entry 8 /m);
    expect(out.trim().split('\n').at(-1)).toMatch(/^BROKEN: 2 problems in 9 /);
  });
});
