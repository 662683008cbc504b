import { Client, errors } from '@elastic/elasticsearch';
import { DEMO_ACCESS } from '../credentials';
import { startTestWorld, type TestWorld } from '../testing/testWorld';

const DAY_MS = 86_400_000;
const { apiKey, readerApiKey, username, password } = DEMO_ACCESS.elasticsearch;
const encoded = (key: string) => Buffer.from(key).toString('base64');

const TEMPLATE = {
  index_patterns: ['ai-operator-audit-2*'],
  priority: 500,
  _meta: { version: 1 },
  template: {
    settings: {
      number_of_shards: 1,
      index: { lifecycle: { name: 'audit' } },
    },
    mappings: {
      dynamic: 'strict' as const,
      properties: {
        seq: { type: 'long' as const },
        at: { type: 'date' as const, format: 'epoch_millis' },
        id: { type: 'keyword' as const },
        words: { type: 'text' as const },
        count: { type: 'integer' as const },
        ok: { type: 'boolean' as const },
        free: { type: 'object' as const, enabled: false },
        labels: { type: 'flattened' as const, ignore_above: 100 },
        call: {
          properties: { name: { type: 'keyword' as const } },
        },
      },
    },
  },
};
const INDEX = 'ai-operator-audit-2026.02.27';

describe('the simulated Elasticsearch, asked by the official client', () => {
  let test: TestWorld;
  let client: Client;
  let root: Client;

  const connect = (auth: object) =>
    new Client({
      node: `${test.url}/elasticsearch`,
      auth: auth as { apiKey: string },
      maxRetries: 0,
    });

  beforeEach(async () => {
    // Nothing is deployed here, and a test goes through months.
    test = await startTestWorld({ argo: { pollIntervalMs: 100 * DAY_MS } });
    client = connect({ apiKey: encoded(apiKey) });
    root = connect({ username, password });
  });
  afterEach(async () => {
    await Promise.all([client.close(), root.close()]);
    await test.stop();
  });

  const failure = async (asked: Promise<unknown>) => {
    const error = await asked.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof errors.ResponseError)) {
      throw error ?? new Error('It was answered');
    }
    return {
      status: error.statusCode,
      type: error.body?.error?.type,
      reason: String(error.body?.error?.reason),
      headers: error.headers,
    };
  };
  const setUp = async () => {
    await client.ilm.putLifecycle({
      name: 'audit',
      policy: {
        phases: { delete: { min_age: '90d', actions: { delete: {} } } },
      },
    });
    await client.indices.putIndexTemplate({ name: 'audit', ...TEMPLATE });
  };
  const add = (...documents: Array<Record<string, unknown>>) =>
    client.bulk({
      operations: documents.flatMap(document => [
        { create: { _index: INDEX, _id: String(document.id) } },
        document,
      ]),
    });
  const refresh = () => test.clock.advance(1_000);

  it('says what it is', async () => {
    const about = await client.info();
    expect(about).toMatchObject({
      version: { number: '8.19.2', build_flavor: 'default' },
      tagline: 'You Know, for Search',
    });
    test.world.elasticsearch.version = '9.1.0';
    expect((await client.info()).version.number).toBe('9.1.0');
    expect((await client.cluster.health()).status).toBe('green');
    expect(await client.security.authenticate()).toMatchObject({
      authentication_type: 'api_key',
      api_key: { id: 'world-elasticsearch-operator' },
    });
    test.world.elasticsearch.version = '10.0.0';
    expect(await failure(client.info())).toMatchObject({
      status: 400,
      type: 'media_type_header_exception',
    });
  });

  it('keeps a story in daily indices, each document once', async () => {
    await setUp();
    const first = await add(
      { id: 'a', seq: 2, words: 'Degraded since 10:30', free: { any: [1] } },
      { id: 'b', seq: 1, labels: { application: 'payment-service' } },
    );
    expect(first.errors).toBe(false);
    expect(first.items.map(item => item.create?.status)).toEqual([201, 201]);
    const again = await add({ id: 'a', seq: 9 }, { id: 'c', seq: 3 });
    expect(again.items).toMatchObject([
      {
        create: {
          status: 409,
          error: { type: 'version_conflict_engine_exception' },
        },
      },
      { create: { status: 201, result: 'created', _index: INDEX } },
    ]);
    expect((await client.count({ index: INDEX })).count).toBe(0);
    await refresh();
    const found = await client.search({
      index: 'ai-operator-audit-*',
      query: { match: { words: 'degraded' } },
    });
    expect(found.hits.hits).toMatchObject([
      { _id: 'a', _source: { seq: 2, free: { any: [1] } } },
    ]);
    const all = await client.search({
      index: INDEX,
      sort: ['seq'],
      size: 2,
      _source: ['seq'],
      query: { bool: { filter: [{ range: { seq: { gte: 1, lt: 4 } } }] } },
    });
    expect(all.hits.total).toEqual({ value: 3, relation: 'eq' });
    expect(all.hits.hits.map(({ _source }) => _source)).toEqual([
      { seq: 1 },
      { seq: 2 },
    ]);
    const next = await client.search({
      index: INDEX,
      sort: [{ seq: 'asc' }],
      search_after: all.hits.hits[1].sort,
      query: { terms: { id: ['a', 'b', 'c'] } },
      track_total_hits: false,
    });
    expect(next.hits.hits.map(({ _id }) => _id)).toEqual(['c']);
    const labelled = await client.search({
      index: INDEX,
      query: { term: { 'labels.application': 'payment-service' } },
    });
    expect(labelled.hits.hits.map(({ _id }) => _id)).toEqual(['b']);
  });

  it.each([
    ['an unknown field', { other: 1 }, 'strict_dynamic_mapping_exception'],
    ['a word for a number', { seq: 'x' }, 'document_parsing_exception'],
    ['a large integer', { count: 2 ** 31 }, 'document_parsing_exception'],
    ['a text for a date', { at: 'today' }, 'document_parsing_exception'],
    ['a number for a boolean', { ok: 3 }, 'document_parsing_exception'],
    ['an object for a word', { words: {} }, 'document_parsing_exception'],
    ['a text for an object', { call: 'x' }, 'document_parsing_exception'],
    ['a deep unknown', { call: { x: 1 } }, 'strict_dynamic_mapping_exception'],
    ['a text for labels', { labels: 'x' }, 'document_parsing_exception'],
    [
      'an immense word',
      { call: { name: 'é'.repeat(16_384) } },
      'document_parsing_exception',
    ],
  ])('refuses %s and takes the one beside it', async (_name, part, type) => {
    await setUp();
    const { items, errors: failed } = await add(
      { id: 'bad', ...part },
      { id: 'good', call: { name: 'x'.repeat(32_766) } },
    );
    expect(failed).toBe(true);
    expect(items).toMatchObject([
      { create: { status: 400, error: { type } } },
      { create: { status: 201 } },
    ]);
  });

  it('makes an index by its template, and forgets it in time', async () => {
    await setUp();
    await add({ id: 'a', seq: 1 });
    const settings = await client.indices.getSettings({ index: INDEX });
    expect(settings[INDEX].settings?.index).toMatchObject({
      number_of_shards: '1',
      lifecycle: { name: 'audit' },
    });
    const mapping = await client.indices.getMapping({ index: INDEX });
    expect(mapping[INDEX].mappings).toEqual(TEMPLATE.template.mappings);
    expect(
      (await client.ilm.explainLifecycle({ index: INDEX })).indices[INDEX],
    ).toMatchObject({ managed: true, policy: 'audit' });
    await test.clock.advance(90 * DAY_MS - 1);
    expect(await client.indices.exists({ index: INDEX })).toBe(true);
    await test.clock.advance(1);
    expect(await client.indices.exists({ index: INDEX })).toBe(false);
    expect(await failure(client.count({ index: INDEX }))).toMatchObject({
      status: 404,
      type: 'index_not_found_exception',
    });
    const none = await client.search({ index: 'ai-operator-audit-*' });
    expect(none.hits.hits).toEqual([]);
    expect(
      (await client.count({ index: INDEX, ignore_unavailable: true })).count,
    ).toBe(0);
  });

  it('deletes by a policy only what its last writer may, as it was then', async () => {
    const { rights } = test.world.elasticsearch.access.operator();
    const { privileges } = rights.indices[1];
    rights.indices[1].privileges = ['monitor'];
    await setUp();
    await add({ id: 'a', seq: 1 });
    // Rights that come later do not help a policy that is there.
    rights.indices[1].privileges = privileges;
    await test.clock.advance(90 * DAY_MS);
    expect(await client.indices.exists({ index: INDEX })).toBe(true);
    const explained = async () =>
      (await client.ilm.explainLifecycle({ index: INDEX })).indices[INDEX];
    expect(await explained()).toMatchObject({
      phase: 'delete',
      step: 'ERROR',
      failed_step: 'delete',
      step_info: {
        type: 'security_exception',
        reason: expect.stringContaining(
          'action [indices:admin/delete] is unauthorized for API key id',
        ),
      },
    });
    await setUp();
    expect(await client.indices.exists({ index: INDEX })).toBe(false);
  });

  it('shows templates and policies as they are, and refuses what is none', async () => {
    expect(
      await failure(client.indices.getIndexTemplate({ name: 'audit' })),
    ).toMatchObject({ status: 404, type: 'resource_not_found_exception' });
    expect(
      await failure(client.ilm.getLifecycle({ name: 'audit' })),
    ).toMatchObject({ status: 404 });
    await setUp();
    expect(await client.indices.existsIndexTemplate({ name: 'audit' })).toBe(
      true,
    );
    const { index_templates: templates } =
      await client.indices.getIndexTemplate({ name: 'audit' });
    expect(templates).toMatchObject([
      {
        name: 'audit',
        index_template: {
          index_patterns: ['ai-operator-audit-2*'],
          priority: 500,
          _meta: { version: 1 },
          template: { settings: { index: { number_of_shards: '1' } } },
        },
      },
    ]);
    expect(await client.ilm.getLifecycle({ name: 'audit' })).toMatchObject({
      audit: {
        version: 1,
        policy: {
          phases: {
            delete: {
              min_age: '90d',
              actions: { delete: { delete_searchable_snapshot: true } },
            },
          },
        },
        in_use_by: { composable_templates: ['audit'] },
      },
    });
    const put = (change: object) =>
      failure(
        root.indices.putIndexTemplate({
          name: 'other',
          ...TEMPLATE,
          ...change,
        }),
      );
    expect((await put({})).reason).toContain('have the same priority');
    const mapped = (properties: object) =>
      put({ priority: 1, template: { mappings: { properties } } });
    expect((await mapped({ a: { type: 'word' } })).type).toBe(
      'mapper_parsing_exception',
    );
    expect(
      (await mapped({ a: { type: 'long', enabled: false } })).reason,
    ).toContain('unknown parameter [enabled]');
    expect(
      (await put({ priority: 1, template: { settings: { shard: 1 } } })).reason,
    ).toContain('unknown setting [index.shard]');
    expect(
      await failure(
        root.ilm.putLifecycle({
          name: 'x',
          policy: { phases: { delete: { min_age: 'soon' as '1d' } } },
        }),
      ),
    ).toMatchObject({ status: 400 });
  });

  it('lets in who has a key, and only where it fits', async () => {
    const stranger = connect({ apiKey: encoded('nobody:nothing') });
    const refused = await failure(stranger.info());
    expect(refused).toMatchObject({
      status: 401,
      type: 'security_exception',
    });
    expect(refused.headers?.['www-authenticate']).toContain('ApiKey');
    const reader = connect({ apiKey: encoded(readerApiKey) });
    expect(
      await failure(
        reader.bulk({ operations: [{ create: { _index: INDEX } }, { a: 1 }] }),
      ),
    ).toMatchObject({ status: 403, type: 'security_exception' });
    expect(
      await failure(
        reader.ilm.putLifecycle({ name: 'x', policy: { phases: {} } }),
      ),
    ).toMatchObject({ status: 403 });
    await add({ id: 'a' });
    expect(
      await failure(client.delete({ index: INDEX, id: 'a' })),
    ).toMatchObject({
      status: 403,
      reason: expect.stringContaining('privileges [delete'),
    });
    const elsewhere = await client.bulk({
      operations: [{ create: { _index: 'other' } }, { a: 1 }],
    });
    expect(elsewhere.items[0].create).toMatchObject({ status: 403 });
    expect(
      await client.security.hasPrivileges({
        cluster: ['monitor', 'manage_ilm', 'all'],
        index: [
          {
            names: ['ai-operator-audit-*'],
            privileges: ['create_doc', 'delete'],
          },
        ],
      }),
    ).toMatchObject({
      has_all_requested: false,
      cluster: { monitor: true, manage_ilm: true, all: false },
      index: { 'ai-operator-audit-*': { create_doc: true, delete: false } },
    });
    await Promise.all([stranger.close(), reader.close()]);
  });

  it('refuses questions it does not understand', async () => {
    await setUp();
    await add({ id: 'a', seq: 1 });
    await refresh();
    const ask = (body: object) =>
      failure(client.search({ index: INDEX, ...body }));
    expect(await ask({ query: { terme: { id: 'a' } } })).toMatchObject({
      status: 400,
      type: 'parsing_exception',
    });
    expect(await ask({ query: { term: { id: 'a', seq: 1 } } })).toMatchObject({
      type: 'parsing_exception',
    });
    expect(await ask({ query: { range: { seq: { from: 1 } } } })).toMatchObject(
      { type: 'parsing_exception' },
    );
    expect(
      await ask({ aggs: { a: { terms: { field: 'id' } } } }),
    ).toMatchObject({ type: 'parsing_exception' });
    expect(await ask({ sort: ['words'] })).toMatchObject({
      type: 'search_phase_execution_exception',
    });
    expect(await ask({ sort: ['nowhere'] })).toMatchObject({ status: 400 });
    const unmapped = await client.search({
      index: INDEX,
      sort: [{ nowhere: { order: 'asc', unmapped_type: 'long' } }],
    });
    expect(unmapped.hits.hits).toHaveLength(1);
    expect(await ask({ size: 10_001 })).toMatchObject({ status: 400 });
    expect(await ask({ preference: 'me' })).toMatchObject({
      reason: expect.stringContaining('unrecognized parameter: [preference]'),
    });
  });

  it('is overloaded, full or gone when told so', async () => {
    const cluster = test.world.elasticsearch;
    cluster.rejectEvery = 2;
    const half = await add({ id: 'a' }, { id: 'b' }, { id: 'c' });
    expect(half.items.map(item => item.create?.status)).toEqual([
      201, 429, 201,
    ]);
    cluster.rejectEvery = undefined;
    cluster.diskFull = true;
    const full = await add({ id: 'd' });
    expect(full.items[0].create).toMatchObject({
      status: 429,
      error: { type: 'cluster_block_exception' },
    });
    cluster.diskFull = false;
    test.world.faults.add({
      system: 'elasticsearch',
      kind: 'status',
      count: 1,
    });
    expect(await failure(add({ id: 'd' }))).toMatchObject({ status: 503 });
    test.world.faults.add({
      system: 'elasticsearch',
      kind: 'lost-answer',
      count: 1,
    });
    await expect(add({ id: 'd' })).rejects.toBeInstanceOf(
      errors.ConnectionError,
    );
    expect((await add({ id: 'd' })).items[0].create?.status).toBe(409);
  });

  it('learns new fields where the mapping is open', async () => {
    await root.indices.create({ index: 'open' });
    const write = (source: object) =>
      root.bulk({
        index: 'open',
        operations: [{ index: {} }, source],
        refresh: true,
      });
    await write({ seq: 'one', at: '2026-02-27T10:30:00Z', n: 1 });
    expect(
      (await root.indices.getMapping({ index: 'open' })).open.mappings,
    ).toMatchObject({
      properties: {
        seq: { type: 'text', fields: { keyword: { type: 'keyword' } } },
        at: { type: 'date' },
        n: { type: 'long' },
      },
    });
    const { items } = await write({ n: 'many' });
    expect(items[0].index?.status).toBe(400);
    const found = await root.search({
      index: 'open',
      query: { term: { 'seq.keyword': 'one' } },
    });
    expect(found.hits.hits).toHaveLength(1);
  });

  it('does not make indices where that is turned off', async () => {
    test.world.elasticsearch.autoCreate = false;
    const { items } = await add({ id: 'a' });
    expect(items[0].create).toMatchObject({
      status: 404,
      error: { type: 'index_not_found_exception' },
    });
  });
});
