import { DEMO_ACCESS } from '../credentials';
import { startTestWorld, type TestWorld } from '../testing/testWorld';
import { BODY_LIMIT } from './elasticsearch';

const { username, password } = DEMO_ACCESS.elasticsearch;
const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString(
  'base64',
)}`;
const COMPATIBLE = 'application/vnd.elasticsearch+json; compatible-with=8';

describe('the simulated Elasticsearch on the wire', () => {
  let test: TestWorld;

  beforeAll(async () => {
    test = await startTestWorld();
  });
  afterAll(() => test.stop());

  const ask = (
    path: string,
    headers: Record<string, string> = {},
    body?: string,
    method = body === undefined ? 'GET' : 'POST',
  ) =>
    test.ask(`/elasticsearch${path}`, {
      method,
      headers: { authorization, ...headers },
      body,
    });

  it('names its product in every answer, also in errors', async () => {
    for (const path of ['/', '/nowhere/_count', '/_nothing']) {
      const { headers } = await ask(path);
      expect(headers.get('x-elastic-product')).toBe('Elasticsearch');
    }
  });

  it('answers in the format that was asked for', async () => {
    const plain = await ask('/');
    expect(plain.headers.get('content-type')).toBe('application/json');
    const compatible = await ask('/', { accept: `${COMPATIBLE},text/plain` });
    expect(compatible.headers.get('content-type')).toBe(
      'application/vnd.elasticsearch+json;compatible-with=8',
    );
    expect((await ask('/', { accept: 'text/html' })).status).toBe(400);
    expect(
      (await ask('/', { accept: COMPATIBLE.replace('8', '9') })).body.error
        .type,
    ).toBe('media_type_header_exception');
  });

  it.each([
    ['another format', { 'content-type': 'text/plain' }, 406],
    [
      'a version for one direction',
      { 'content-type': COMPATIBLE, accept: 'application/json' },
      400,
    ],
    ['JSON', { 'content-type': 'application/json' }, 200],
    [
      'a compatible version',
      { 'content-type': COMPATIBLE, accept: COMPATIBLE },
      200,
    ],
  ])('takes a body of %s as it should', async (_name, headers, status) => {
    const answer = await ask('/_search', headers, '{}');
    expect(answer.status).toBe(status);
  });

  it.each([
    ['', 'request body is required'],
    ['{"create":{"_index":"a"}}\n{"a":1}', 'terminated by a newline'],
    ['{"update":{"_index":"a"}}\n{}\n', 'expected field [create]'],
    ['{"create":{}}\n{}\n', 'index is missing'],
    ['{"create":{"_index":"a","_type":"b"}}\n{}\n', 'unknown parameter'],
    ['{"create":{"_index":"a"}}\nnothing\n', '[2:1]'],
  ])('refuses the bulk request %j', async (body, reason) => {
    const answer = await ask(
      '/_bulk',
      { 'content-type': 'application/x-ndjson' },
      body,
    );
    expect(answer.status).toBe(400);
    expect(answer.body.error.reason).toContain(reason);
    expect(answer.body.error.root_cause).toHaveLength(1);
  });

  it('closes the door on a body that is too long', async () => {
    const answer = await ask(
      '/_bulk',
      { 'content-type': 'application/x-ndjson' },
      'x'.repeat(BODY_LIMIT + 1),
    );
    expect(answer.status).toBe(413);
    expect(answer.text).toBe('');
  });

  it('wants to know who asks', async () => {
    const nobody = await test.ask('/elasticsearch/');
    expect(nobody.status).toBe(401);
    expect(nobody.headers.get('www-authenticate')).toContain('ApiKey');
    expect(nobody.body).toMatchObject({
      status: 401,
      error: {
        type: 'security_exception',
        reason: expect.stringContaining('missing authentication credentials'),
        header: { 'WWW-Authenticate': expect.arrayContaining(['ApiKey']) },
      },
    });
  });

  it('is steered by the control API, and read on pages', async () => {
    const control = (path: string, body: object) =>
      test.ask(`/world/elasticsearch/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect((await control('index', { name: 'BAD' })).status).toBe(400);
    const mappings = { properties: { correlationId: { type: 'keyword' } } };
    expect((await control('index', { name: 'trail', mappings })).status).toBe(
      200,
    );
    await control('reject', { every: 3 });
    await control('disk', { full: true });
    expect((await test.ask('/world/elasticsearch')).body).toMatchObject({
      rejectEvery: 3,
      diskFull: true,
      indices: [{ name: 'trail', documents: 0, mappings }],
    });
    await control('reject', {});
    await control('disk', { full: false });
    const put = await ask(
      '/trail/_doc/1',
      { 'content-type': 'application/json' },
      JSON.stringify({
        correlationId: '<b>c-1',
        seq: 1,
        timestamp: test.clock.now(),
        reasoning: 'Because of <script>',
      }),
      'PUT',
    );
    expect(put.body).toMatchObject({ result: 'created' });
    const overview = await test.ask('/kibana');
    expect(overview.text).toContain('trail');
    expect(overview.text).toContain('?correlationId=%3Cb%3Ec-1');
    const story = await test.ask('/kibana/app/discover?correlationId=<b>c-1');
    expect(story.text).toContain('Because of &lt;script&gt;');
    expect(story.text).toContain('2026-02-27 10:28:00');
    expect((await test.ask('/')).text).toContain('href="/kibana"');
  });
});
