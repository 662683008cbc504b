import { createHash } from 'crypto';
import { inspect } from 'util';
import {
  auditRecordSchema,
  AUDIT_CHAIN_START,
  canonicalJson,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { DEMO_ACCESS } from '@ai-operator/world';
import { ElasticsearchConfig, Secret } from '../../config';
import { DEFAULTS } from '../../config/defaults';
import { SinkRecord } from '../../ports';
import { closedAddress, startLocalServer } from '../__testUtils__/localServer';
import { startRecording } from '../__testUtils__/recording';
import {
  startWorldAdapters,
  WorldAdapters,
} from '../__testUtils__/worldAdapters';
import { ElasticClient } from './ElasticClient';
import { ElasticsearchSink } from './ElasticsearchSink';

const DAY = 24 * 60 * 60_000;
const AT = Date.parse('2026-02-27T10:31:00Z');
const INDEX = 'ai-operator-audit-2026.02.27';
const NAME = 'ai-operator-audit';
const { apiKey, readerApiKey } = DEMO_ACCESS.elasticsearch;

function encoded(key: string): Secret {
  return new Secret(Buffer.from(key).toString('base64'));
}

/** A chain of records, one second apart. */
function trail(
  length: number,
  change: (seq: number) => object = () => ({}),
): SinkRecord[] {
  const records: SinkRecord[] = [];
  for (let seq = 1; seq <= length; seq += 1) {
    const at = AT + seq * 1_000;
    const text = canonicalJson({
      ...auditRecordSchema.parse({
        version: 1,
        timestamp: at,
        correlationId: 'c-1',
        level: 'INFO',
        actionType: 'MCP_CALL',
        actor: 'ai-operator',
        reasoning: `Step ${seq}: Ämter „prüfen“ \u2028`,
        mcpCall: {
          name: 'github.createPullRequest',
          parameters: { branch: `b-${seq}`, labels: ['x', { deep: true }] },
          result: 'success',
          response: seq % 2 ? 'a text' : { number: seq },
          durationMs: 1.5,
          retryCount: 0,
        },
        invariantsChecked: [{ id: 'I1', result: 'holds', because: 'It does' }],
        fsmState: { before: 'Idle', after: 'DegradationDetected' },
        metadata: {
          application: 'payment-service',
          environment: 'staging',
          other: { list: [1, null, 'x'.repeat(3_000)] },
        },
      }),
      ...change(seq),
    });
    const prevHash = records.at(-1)?.hash ?? AUDIT_CHAIN_START;
    const hash = createHash('sha256')
      .update(`${prevHash}\n${text}`)
      .digest('hex');
    records.push({ seq, prevHash, hash, at, text });
  }
  return records;
}

describe('ElasticsearchSink', () => {
  let bench: WorldAdapters;
  let sink: ElasticsearchSink;

  const configOf = (
    change: Partial<ElasticsearchConfig> = {},
  ): ElasticsearchConfig => ({
    nodes: [`${bench.url}/elasticsearch`],
    auth: { kind: 'apiKey', apiKey: encoded(apiKey) },
    ...DEFAULTS.auditElasticsearch,
    requestTimeout: 1_000,
    ...change,
  });
  const sinkOf = (change?: Partial<ElasticsearchConfig>) =>
    new ElasticsearchSink(configOf(change), bench.environment);
  const cluster = () => bench.world.elasticsearch;
  const documents = (index = INDEX) => [
    ...(cluster().indices.get(index)?.documents.values() ?? []),
  ];
  const failure = async (work: Promise<unknown>) => {
    const error: unknown = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof Error)) {
      throw new Error('It did not fail');
    }
    return error;
  };

  beforeEach(async () => {
    bench = await startWorldAdapters();
    sink = sinkOf();
  });
  afterEach(async () => {
    await bench.stop();
  });

  describe('setting up', () => {
    it('makes policy and template once, and leaves them alone then', async () => {
      await sink.prepare(bench.call);
      await sink.prepare(bench.call);
      expect(bench.records).toMatchObject([
        {
          name: 'elasticsearch.prepare',
          result: 'success',
          response: { template: 'made', policy: 'made' },
        },
        { response: { template: 'current', policy: 'current' } },
      ]);
      expect(cluster().lifecycles.get(NAME)).toMatchObject({
        version: 1,
        deleteAfter: 90 * DAY,
      });
    });

    it('follows the configuration', async () => {
      await sink.prepare(bench.call);
      await sinkOf({ lifecycle: 36 * 3_600_000 }).prepare(bench.call);
      expect(bench.records[1]).toMatchObject({
        response: { template: 'current', policy: 'made' },
      });
      expect(cluster().lifecycles.get(NAME).policy).toMatchObject({
        phases: { delete: { min_age: '36h' } },
      });
    });

    it('never overwrites what somebody changed, and works with it while it fits', async () => {
      await sink.prepare(bench.call);
      const { policy } = cluster().lifecycles.get(NAME);
      cluster().lifecycles.put(
        NAME,
        {
          policy: {
            ...policy,
            phases: { delete: { min_age: '365d', actions: { delete: {} } } },
          },
        },
        {
          now: bench.clock.now(),
          writtenBy: cluster().access.operator(),
        },
      );
      const template = cluster().templates.find(NAME)[0];
      const put = (mappings: unknown, version = 1) =>
        cluster().templates.put(NAME, {
          ...template.rest,
          index_patterns: template.patterns,
          priority: 600,
          _meta: { ...Object(template.rest._meta), version },
          template: { settings: template.settings, mappings },
        });
      put(template.mappings);
      bench.forget();
      await sink.prepare(bench.call);
      expect(bench.records).toMatchObject([
        { response: { template: 'changed', policy: 'changed' } },
      ]);
      expect(cluster().lifecycles.get(NAME).deleteAfter).toBe(365 * DAY);
      put(template.mappings, 2);
      await sink.prepare(bench.call);
      expect(bench.records[1]).toMatchObject({
        response: { template: 'newer' },
      });
      put({ properties: { seq: { type: 'keyword' } } });
      expect(await failure(sink.prepare(bench.call))).toMatchObject({
        code: 'MISCONFIGURED',
        message: expect.stringMatching(
          /was changed by somebody and does not fit: .*'seq' is of type keyword instead of long/,
        ),
      });
    });

    it('says which right is missing', async () => {
      cluster().access.operator().rights.cluster = ['monitor'];
      expect(await failure(sink.prepare(bench.call))).toMatchObject({
        code: 'PERMISSION_DENIED',
        message: expect.stringContaining('read_ilm'),
      });
    });

    it('is content with what people keep, when it may only read', async () => {
      await sink.prepare(bench.call);
      cluster().access.operator().rights.cluster = ['monitor', 'read_ilm'];
      await sinkOf().prepare(bench.call);
      expect(await sink.ship(trail(1), bench.call)).toEqual([
        { seq: 1, result: 'stored' },
      ]);
    });
  });

  describe('shipping', () => {
    beforeEach(async () => {
      await sink.prepare(bench.call);
      bench.forget();
    });

    it('gives the whole story by the correlation id, in order', async () => {
      const records = trail(30);
      expect(await sink.ship(records, bench.call)).toEqual(
        records.map(({ seq }) => ({ seq, result: 'stored' })),
      );
      expect(bench.records).toMatchObject([
        {
          name: 'elasticsearch.bulk',
          parameters: { records: 30, from: 1, to: 30 },
          response: { stored: 30, refused: 0, later: 0 },
        },
      ]);
      await bench.clock.advance(1_000);
      const answer = await fetch(
        `${bench.url}/elasticsearch/${INDEX}/_search?sort=seq&size=100`,
        {
          method: 'POST',
          headers: {
            authorization: `ApiKey ${encoded(apiKey).reveal()}`,
            'content-type': 'application/json',
          },
          body: JSON.stringify({ query: { match: { correlationId: 'c-1' } } }),
        },
      );
      const { hits } = await answer.json();
      expect(hits.hits).toHaveLength(30);
      for (const [place, { _id: id, _source: source }] of hits.hits.entries()) {
        const { seq, prevHash, hash, '@timestamp': at, ...record } = source;
        const { text, ...original } = records[place];
        expect({ seq, prevHash, hash, at: Date.parse(at) }).toEqual(original);
        expect(id).toBe(hash);
        expect(canonicalJson(record)).toBe(text);
        expect(auditRecordSchema.safeParse(record).success).toBe(true);
      }
    });

    it('puts each record into the index of its own day', async () => {
      const records = trail(2);
      const midnight = Date.parse('2026-02-28T00:00:00Z');
      records[0].at = midnight - 1;
      records[1].at = midnight;
      await sink.ship(records, bench.call);
      expect(documents()).toHaveLength(1);
      const next = 'ai-operator-audit-2026.02.28';
      expect(documents(next)).toHaveLength(1);
      expect(cluster().indices.get(next)?.settings).toMatchObject({
        'index.lifecycle.name': NAME,
      });
    });

    it('looks with every new day whether the template is still there', async () => {
      const [today, tomorrow] = trail(2);
      tomorrow.at += DAY;
      await sink.ship([today], bench.call);
      cluster().templates.delete(NAME);
      bench.forget();
      await sink.ship([tomorrow], bench.call);
      expect(bench.records).toMatchObject([
        { name: 'elasticsearch.prepare', response: { template: 'made' } },
        { name: 'elasticsearch.bulk' },
      ]);
      expect(
        cluster().indices.get('ai-operator-audit-2026.02.28')?.mapping.root,
      ).toMatchObject({ dynamic: 'strict' });
    });

    it('adds nothing twice when an answer is lost', async () => {
      bench.world.faults.add({
        system: 'elasticsearch',
        kind: 'lost-answer',
        count: 1,
      });
      const records = trail(3);
      expect(await failure(sink.ship(records, bench.call))).toMatchObject({
        code: 'UNAVAILABLE',
      });
      expect(documents()).toHaveLength(3);
      expect(await sink.ship(trail(5), bench.call)).toEqual(
        [1, 2, 3, 4, 5].map(seq => ({ seq, result: 'stored' })),
      );
      expect(documents()).toHaveLength(5);
      expect(bench.slept).toEqual([]);
    });

    it('tells for each record what became of it', async () => {
      cluster().rejectEvery = 3;
      const records = trail(4, seq => (seq === 2 ? { unheardOf: 'x' } : {}));
      expect(await sink.ship(records, bench.call)).toEqual([
        { seq: 1, result: 'stored' },
        {
          seq: 2,
          result: 'refused',
          because: expect.stringContaining(
            'strict_dynamic_mapping_exception: [1:1] mapping set to strict, dynamic introduction of [unheardOf]',
          ),
        },
        {
          seq: 3,
          result: 'later',
          because: expect.stringContaining('es_rejected_execution_exception'),
        },
        { seq: 4, result: 'stored' },
      ]);
      expect(bench.observed).toEqual([
        { name: 'elasticsearch.bulk', errorCode: undefined },
      ]);
    });

    it('refuses what an index with another mapping cannot take, and takes the rest', async () => {
      cluster().createIndex(INDEX, {
        mappings: {
          dynamic: false,
          properties: { reasoning: { type: 'long' }, seq: { type: 'long' } },
        },
      });
      const outcomes = await sink.ship(
        trail(2, seq => (seq === 2 ? { reasoning: '17' } : {})),
        bench.call,
      );
      expect(outcomes).toEqual([
        {
          seq: 1,
          result: 'refused',
          because: expect.stringContaining('failed to parse field [reasoning]'),
        },
        { seq: 2, result: 'stored' },
      ]);
    });

    it.each([
      ['a full disk', () => (cluster().diskFull = true)],
      ['no index made by itself', () => (cluster().autoCreate = false)],
      [
        'a right that is gone',
        () => {
          cluster().access.operator().rights.indices[0].privileges = [
            'create_doc',
          ];
        },
      ],
    ])('waits with %s', async (_name, break_) => {
      break_();
      expect(await sink.ship(trail(1), bench.call)).toMatchObject([
        { seq: 1, result: 'later' },
      ]);
    });

    it.each([
      [
        'no write index is defined for alias [ai-operator-audit-2026.02.27]. The write index may be explicitly disabled using is_write_index=false or the alias points to multiple indices without one being designated as a write index',
        'later',
      ],
      ['pipeline with id [masking] does not exist', 'later'],
      [
        'Document contains at least one immense term in field="actor"',
        'refused',
      ],
      [
        'mapper [metadata.other] cannot be changed from type [long] to [text]',
        'refused',
      ],
    ])('is told "%s": %s', async (reason, result) => {
      const server = await startLocalServer((_request, response) => {
        response.setHeader('x-elastic-product', 'Elasticsearch');
        response.setHeader('content-type', 'application/json');
        response.end(
          JSON.stringify({
            errors: true,
            items: [
              {
                create: {
                  status: 400,
                  error: { type: 'illegal_argument_exception', reason },
                },
              },
            ],
          }),
        );
      });
      try {
        const outcomes = await sinkOf({ nodes: [server.url] }).ship(
          trail(1),
          bench.call,
        );
        expect(outcomes).toMatchObject([
          {
            seq: 1,
            result,
            because: expect.stringContaining(reason.slice(0, 40)),
          },
        ]);
      } finally {
        await server.close();
      }
    });

    it.each([
      ['is down', { kind: 'status', status: 503 }, 'UNAVAILABLE'],
      ['turns everything away', { kind: 'rate-limit' }, 'RATE_LIMITED'],
      ['hangs', { kind: 'hang' }, 'TIMEOUT'],
      ['breaks off', { kind: 'reset' }, 'UNAVAILABLE'],
      ['answers half a document', { kind: 'malformed' }, 'MALFORMED_ANSWER'],
    ] as const)('fails when it %s', async (_name, fault, code) => {
      bench.world.faults.add({ system: 'elasticsearch', ...fault });
      const quick = sinkOf({ requestTimeout: 200 });
      expect(await failure(quick.ship(trail(1), bench.call))).toMatchObject({
        code,
      });
      // Shipping comes again by itself: nothing is repeated on the spot.
      expect(bench.records).toMatchObject([{ retryCount: 0, errorCode: code }]);
      expect(documents()).toEqual([]);
    });

    it('says when to come back', async () => {
      bench.world.faults.add({
        system: 'elasticsearch',
        kind: 'rate-limit',
        retryAfterSeconds: 30,
      });
      expect(await failure(sink.ship(trail(1), bench.call))).toMatchObject({
        retryAt: bench.clock.now() + 30_000,
      });
    });

    it('keeps what came through when a later piece does not', async () => {
      const records = trail(501);
      await bench.clock.advance(1);
      bench.world.faults.add({
        system: 'elasticsearch',
        kind: 'status',
        count: 1,
      });
      expect(await failure(sink.ship(records, bench.call))).toMatchObject({
        code: 'UNAVAILABLE',
      });
      const bulks = () =>
        bench.records.filter(({ name }) => name === 'elasticsearch.bulk')
          .length;
      expect(bulks()).toBe(1);
      let asked = 0;
      const call = {
        ...bench.call,
        record: () => {
          asked += 1;
          if (asked === 1) {
            bench.world.faults.add({ system: 'elasticsearch', kind: 'status' });
          }
        },
      };
      const outcomes = await sink.ship(records, call);
      expect(outcomes).toHaveLength(501);
      expect(outcomes[499].result).toBe('stored');
      expect(outcomes[500]).toMatchObject({ seq: 501, result: 'later' });
    });

    it('halves what is too large, and refuses the one that stays too large', async () => {
      const patient = sinkOf({ requestTimeout: 20_000 });
      const records = trail(3, seq =>
        seq === 2 ? { reasoning: 'x'.repeat(11 * 1024 * 1024) } : {},
      );
      expect(await patient.ship(records, bench.call)).toEqual([
        { seq: 1, result: 'stored' },
        {
          seq: 2,
          result: 'refused',
          because: expect.stringContaining('takes no request as long'),
        },
        { seq: 3, result: 'stored' },
      ]);
    });

    it('forgets an index when its time is over', async () => {
      await sinkOf({ lifecycle: DAY }).prepare(bench.call);
      await sink.ship(trail(1), bench.call);
      await bench.clock.advance(DAY);
      cluster().expire();
      expect(cluster().indices.list()).toEqual([]);
    });

    it('keeps an index for ever when a policy of ours may not delete it', async () => {
      const { indices } = cluster().access.operator().rights;
      indices[1].privileges = [];
      await sinkOf({ lifecycle: DAY }).prepare(bench.call);
      await sink.ship(trail(1), bench.call);
      await bench.clock.advance(DAY);
      cluster().expire();
      expect(documents()).toHaveLength(1);
    });

    it('speaks to Elasticsearch 9 as well', async () => {
      cluster().version = '9.1.0';
      await sinkOf().prepare(bench.call);
      expect(await sink.ship(trail(2), bench.call)).toHaveLength(2);
    });
  });

  describe('comparing', () => {
    const all = (from: number, to: number) =>
      sink.storedHashes({ from, to }, bench.call);
    let records: SinkRecord[];

    beforeEach(async () => {
      await sink.prepare(bench.call);
      records = trail(620);
      await sink.ship(records, bench.call);
      await bench.clock.advance(1_000);
    });

    it('has the hashes of a range, however long', async () => {
      const hashes = await all(3, 620);
      expect(hashes.size).toBe(618);
      expect(hashes.get(620)).toBe(records[619].hash);
      expect(hashes.get(3)).toBe(records[2].hash);
      expect(await all(621, 700)).toEqual(new Map());
      await expect(all(1, 10_001)).rejects.toMatchObject({
        code: 'MISCONFIGURED',
      });
    });

    it('shows what was changed, removed and added', async () => {
      const index = cluster().indices.get(INDEX)!;
      const first = index.documents.get(records[0].hash)!;
      first.source = { ...first.source, reasoning: 'Nothing happened' };
      index.documents.delete(records[1].hash);
      index.documents.set('forged', {
        ...first,
        id: 'forged',
        source: { ...first.source, seq: 3, hash: 'f'.repeat(64) },
      });
      const hashes = await all(1, 4);
      expect(hashes.get(1)).toMatch(/^[0-9a-f]{64}$/);
      expect(hashes.get(1)).not.toBe(records[0].hash);
      expect(hashes.has(2)).toBe(false);
      expect(hashes.get(3)).toContain(',');
      expect(hashes.get(4)).toBe(records[3].hash);
    });

    it('is asked again on the spot when that fails in passing', async () => {
      bench.world.faults.add({
        system: 'elasticsearch',
        kind: 'status',
        count: 2,
      });
      bench.forget();
      expect((await all(1, 2)).size).toBe(2);
      expect(bench.records).toMatchObject([
        { name: 'elasticsearch.search', retryCount: 2, response: { found: 2 } },
      ]);
    });
  });

  describe('what lets us in', () => {
    it('is in no message and in no record, whoever is asked', async () => {
      const secret = 'very-secret-value-that-nobody-may-see';
      const basic = `Basic ${Buffer.from(`operator:${secret}`).toString(
        'base64',
      )}`;
      const echo = await startLocalServer((request, response) => {
        response
          .status(401)
          .set('x-elastic-product', 'Elasticsearch')
          .json({
            error: {
              type: 'security_exception',
              reason: `you sent ${request.get('authorization')}`,
            },
            status: 401,
          });
      });
      try {
        for (const change of [
          { auth: { kind: 'apiKey', apiKey: encoded(`id:${secret}`) } },
          {
            auth: {
              kind: 'basic',
              username: 'operator',
              password: new Secret(secret),
            },
          },
        ] as const) {
          for (const nodes of [
            [`${bench.url}/elasticsearch`],
            [echo.url],
            [await closedAddress()],
          ]) {
            const error = await failure(
              sinkOf({ ...change, nodes }).ship(trail(1), bench.call),
            );
            const shown = [
              inspect(error, { depth: 20 }),
              String(error.stack),
              JSON.stringify(bench.records),
            ].join();
            expect(shown).not.toContain(secret);
            expect(shown).not.toContain(encoded(`id:${secret}`).reveal());
            expect(shown).not.toContain(basic.split(' ')[1]);
          }
        }
      } finally {
        await echo.close();
      }
      expect(bench.records.map(({ errorCode }) => errorCode)).toEqual([
        'UNAUTHENTICATED',
        'UNAUTHENTICATED',
        'UNAVAILABLE',
        'UNAUTHENTICATED',
        'UNAUTHENTICATED',
        'UNAVAILABLE',
      ]);
    });

    it('must be enough', async () => {
      const reader = sinkOf({
        auth: { kind: 'apiKey', apiKey: encoded(readerApiKey) },
      });
      expect(await failure(reader.ship(trail(1), bench.call))).toMatchObject({
        code: 'PERMISSION_DENIED',
        message: expect.stringContaining('create_doc'),
      });
    });

    it('may be a password, or nothing where nothing is asked for', async () => {
      const { username, password } = DEMO_ACCESS.elasticsearch;
      const basic = sinkOf({
        auth: { kind: 'basic', username, password: new Secret(password) },
      });
      expect(await basic.ship(trail(1), bench.call)).toHaveLength(1);
      expect(
        await failure(
          sinkOf({ auth: { kind: 'none' } }).ship(trail(1), bench.call),
        ),
      ).toMatchObject({ code: 'UNAUTHENTICATED' });
    });
  });

  it('wants to speak to Elasticsearch and nothing else', async () => {
    const other = await startLocalServer((request, response) => {
      if (request.path.startsWith('/login')) {
        response.redirect('/elsewhere');
      } else {
        response.json({ items: [] });
      }
    });
    const recording = startRecording();
    const asking = (nodes: string[]) =>
      failure(
        new ElasticsearchSink(configOf({ nodes }), recording.environment).ship(
          trail(1),
          recording.call,
        ),
      );
    try {
      expect(await asking([other.url])).toMatchObject({
        code: 'MISCONFIGURED',
        message: expect.stringContaining('that is not Elasticsearch'),
      });
      expect(await asking([`${other.url}/login`])).toMatchObject({
        code: 'MISCONFIGURED',
      });
    } finally {
      await other.close();
    }
  });

  it('has a name that says where it is, and which trail', () => {
    const id = `prod:${Buffer.from('eu.example.com$abc').toString('base64')}`;
    expect(sinkOf({ nodes: ['https://a', 'https://b'] }).name).toBe(
      'Elasticsearch at https://a',
    );
    expect(sinkOf({ nodes: undefined, cloudId: id }).name).toBe(
      'Elasticsearch at Elastic Cloud (prod)',
    );
    expect(sinkOf({ nodes: ['https://a'], indexPrefix: 'eu' }).name).toBe(
      'Elasticsearch at https://a, eu',
    );
  });

  it('finds a deployment of Elastic Cloud by its id', async () => {
    const id = Buffer.from('eu.example.com:9243$abc$def').toString('base64');
    const client = new ElasticClient(
      configOf({ nodes: undefined, cloudId: `prod:${id}` }),
      bench.environment.clock,
    );
    const addresses = await client.ask({
      asked: 'Its address',
      signal: undefined,
      run: async ({ connectionPool }) => ({
        body: connectionPool.connections.map(({ url }) => url.href),
      }),
    });
    expect(addresses).toEqual(['https://abc.eu.example.com:9243/']);
  });

  it('stops when nobody waits any more', async () => {
    bench.world.faults.add({ system: 'elasticsearch', kind: 'hang' });
    const controller = new AbortController();
    const shipping = failure(
      sinkOf({ requestTimeout: 60_000 }).ship(trail(1), {
        ...bench.call,
        signal: controller.signal,
      }),
    );
    setTimeout(() => controller.abort(), 50);
    expect(await shipping).toMatchObject({ code: 'CANCELLED' });
  });
});
