import { DEMO_ACCESS } from '@ai-operator/world';
import { ElasticsearchSink } from '../adapters/elasticsearch';
import {
  startWorldAdapters,
  WorldAdapters,
} from '../adapters/__testUtils__/worldAdapters';
import { Secret } from '../config';
import { DEFAULTS } from '../config/defaults';
import {
  tamper,
  withoutTriggers,
  writeTrail,
} from '../rest/__testUtils__/trail';
import { cli, databaseInFile, verify } from './__testUtils__/cli';

jest.setTimeout(60_000);

const INDEX = 'ai-operator-audit-2026.02.27';
const env = {
  READER: DEMO_ACCESS.elasticsearch.readerApiKey,
  WRONG: 'id:hush',
};

describe('ai-operator-audit verify --elasticsearch', () => {
  let bench: WorldAdapters;
  let file: Awaited<ReturnType<typeof databaseInFile>>;

  beforeEach(async () => {
    bench = await startWorldAdapters();
    file = await databaseInFile();
  });
  afterEach(async () => {
    await bench.stop();
    await file.close();
  });

  /** A trail of ten entries, of which the first `shipped` have arrived. */
  async function tenEntries(shipped = 10) {
    const chain = await writeTrail(file.db, 10);
    const sink = new ElasticsearchSink(
      {
        ...DEFAULTS.auditElasticsearch,
        nodes: [`${bench.url}/elasticsearch`],
        auth: {
          kind: 'apiKey',
          apiKey: new Secret(
            Buffer.from(DEMO_ACCESS.elasticsearch.apiKey).toString('base64'),
          ),
        },
      },
      bench.environment,
    );
    await sink.prepare(bench.call);
    await sink.ship(chain.slice(0, shipped), bench.call);
    // Searches see it after a moment.
    await bench.clock.advance(5_000);
    await file.db.knex('audit_sinks').insert({
      name: sink.name,
      kind: sink.kind,
      shipped_seq: shipped,
      registered_at: bench.clock.now(),
    });
    return { chain, sink };
  }

  function documents() {
    const index = bench.world.elasticsearch.indices.get(INDEX);
    if (!index) {
      throw new Error('Nothing was shipped');
    }
    return index.documents;
  }

  function documentOf(seq: number) {
    const found = [...documents().values()].find(
      ({ source }) => source.seq === seq,
    );
    if (!found) {
      throw new Error(`There is no document of entry ${seq}`);
    }
    return found;
  }

  const args = (...more: string[]) => [
    '--database',
    file.path,
    '--elasticsearch',
    `${bench.url}/elasticsearch`,
    '--api-key-env',
    'READER',
    ...(more.includes('--kept-days') ? [] : ['--kept-days', '36500']),
    ...more,
  ];

  it('finds both the same', async () => {
    const { sink } = await tenEntries();
    await expect(verify(args(), { env })).resolves.toMatchObject({
      code: 0,
      result: 'intact',
      problems: [],
      notes: [`10 entries are the same in ${sink.name}.`],
    });
  });

  it('says which record is missing there, and which is another', async () => {
    await tenEntries();
    documents().delete(documentOf(4).id);
    const other = documentOf(7);
    other.source = { ...other.source, reasoning: 'Something else.' };
    await expect(verify(args(), { env })).resolves.toMatchObject({
      code: 1,
      result: 'broken',
      problems: [
        { kind: 'copy missing', seq: 4 },
        { kind: 'copy differs', seq: 7 },
      ],
    });
  });

  it('misses here what only the copy still has', async () => {
    await tenEntries();
    await tamper(file.db, 'deleted', 10);
    await withoutTriggers(file.db, async knex => {
      const { hash } = await knex('audit').where({ seq: 9 }).first();
      await knex('audit_head').where({ id: 1 }).update({ seq: 9, hash });
    });
    await expect(
      verify(['--database', file.path], { env }),
    ).resolves.toMatchObject({ code: 0, checked: 9 });
    await expect(verify(args(), { env })).resolves.toMatchObject({
      code: 1,
      problems: [{ kind: 'missing', seq: 10, toSeq: 10 }],
    });
  });

  it('waits for what was not shipped yet, and knows what is set aside', async () => {
    const { sink } = await tenEntries(8);
    documents().delete(documentOf(3).id);
    await file.db
      .knex('audit_set_aside')
      .insert({ sink: sink.name, seq: 3, at: 1, tried_at: 1, because: 'no' });
    const found = await verify(args(), { env });
    expect(found).toMatchObject({ code: 0, problems: [] });
    expect(found.notes).toEqual([
      `7 entries are the same in ${sink.name}.`,
      `2 entries are not in ${sink.name} yet.`,
      expect.stringContaining('1 entry is refused'),
    ]);
  });

  it('does not expect what Elasticsearch no longer keeps', async () => {
    await tenEntries();
    bench.world.elasticsearch.indices.delete(INDEX);
    const found = await verify(args('--kept-days', '1'), { env });
    expect(found).toMatchObject({ code: 0, problems: [] });
    expect(found.notes[1]).toContain('older than what it keeps');
  });

  it('could not judge without an answer, and shows no key', async () => {
    await tenEntries();
    const { code, out, err } = await cli(
      ['verify', ...args('--api-key-env', 'WRONG')],
      { env },
    );
    expect(code).toBe(2);
    expect(out).toMatch(/COULD NOT JUDGE: Elasticsearch.*401/);
    expect(out + err).not.toContain('hush');
    await expect(
      verify(args('--ca', `${file.folder}/none.pem`), { env }),
    ).resolves.toMatchObject({
      code: 2,
      because: expect.stringContaining('none.pem'),
    });
  });
});
