import { TestDatabases } from '@backstage/backend-test-utils';
import {
  AuditEntry,
  auditListSchema,
  canonicalJson,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { appendAuditRecords, Database } from '../persistence';
import { anAudit } from '../persistence/__testUtils__/fixtures';
import { startServer, T0 } from './__testUtils__/server';
import { tamper } from './__testUtils__/trail';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

const KIBANA = {
  url: 'https://kibana.example.com',
  indexPattern: 'ai-operator-audit-*',
  keptFor: 90 * 86_400_000,
};

/** Ten records, of two rollbacks in turn, a second apart; the last one is of none. */
async function tenRecords(db: Database) {
  await appendAuditRecords(db, {
    audit: Array.from({ length: 10 }, (_, n) =>
      anAudit({
        timestamp: T0 + n * 1_000,
        correlationId: n === 9 ? undefined : ['r1', 'r2'][n % 2],
        actionType: n === 9 ? 'ERROR' : 'FSM_TRANSITION',
        reasoning: `number ${n + 1}`,
      }),
    ),
  });
}

async function start(options: Parameters<typeof startServer>[1] = {}) {
  const server = await startServer(databases, options);
  await tenRecords(server.db);
  return server;
}

function seqs(body: { items: AuditEntry[] }): number[] {
  return body.items.map(({ seq }) => seq);
}

describe('GET /v1/audit', () => {
  it('is empty while nothing was recorded', async () => {
    const { get } = await startServer(databases);
    const { body } = await get('/v1/audit').expect(200);
    expect(body).toEqual({ now: T0, items: [] });
  });

  it('tells entries with their place in the chain and a line for people', async () => {
    const { get } = await start();
    const { body } = await get('/v1/audit?limit=2').expect(200);
    const last = anAudit({
      timestamp: T0 + 9_000,
      actionType: 'ERROR',
      reasoning: 'number 10',
    });
    expect(body.now).toBe(T0);
    expect(body.items).toEqual([
      {
        seq: 10,
        prevHash: body.items[1].hash,
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        title: 'Something went wrong',
        text: canonicalJson(last),
        record: last,
      },
      expect.objectContaining({
        seq: 9,
        title: 'Transition',
        record: expect.objectContaining({ correlationId: 'r1' }),
      }),
    ]);
  });

  it.each([
    ['no JSON\nat all', /no JSON/],
    ['{"actionType":"ERROR"}', /no audit record/],
    ['[1]', /no audit record/],
  ])('shows the text %j of a record that is none', async (record, why) => {
    const { db, get } = await start();
    await tamper(db, { record, hash: 'none' }, 4);
    await tamper(db, { seq: -3 }, 5);
    const { body } = await get('/v1/audit?order=oldest').expect(200);
    expect(seqs(body)).toEqual([-3, 1, 2, 3, 4, 6, 7, 8, 9, 10]);
    expect(auditListSchema.parse(body).items).toHaveLength(10);
    expect(body.items[4]).toEqual({
      seq: 4,
      prevHash: body.items[3].hash,
      hash: 'none',
      title: 'Entry 4 cannot be read',
      text: record,
      unreadable: expect.stringMatching(why),
    });
  });

  it.each([
    ['', [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]],
    ['order=oldest&limit=3', [1, 2, 3]],
    ['correlationId=r2', [8, 6, 4, 2]],
    ['correlationId=r2&order=oldest', [2, 4, 6, 8]],
    ['correlationId=nobody', []],
    ['actionType=ERROR', [10]],
    ['actionType=ERROR&actionType=FSM_TRANSITION&limit=2', [10, 9]],
    ['actionType=ERROR,FSM_TRANSITION&limit=2', [10, 9]],
    ['actionType=ESCALATION', []],
    [`since=${T0 + 8_000}`, [10, 9]],
    [`until=${T0 + 1_000}`, [2, 1]],
    [`since=${T0 + 3_000}&until=${T0 + 5_000}&correlationId=r1`, [5]],
  ])('finds what ?%s asks for', async (query, expected) => {
    const { get } = await start();
    const { body } = await get(`/v1/audit?${query}`).expect(200);
    expect(seqs(body)).toEqual(expected);
  });

  it.each(['newest', 'oldest'])(
    'leads through all of it, %s first, while more is recorded',
    async order => {
      const { db, get } = await start();
      const found: number[] = [];
      let cursor = '';
      do {
        const { body } = await get(
          `/v1/audit?order=${order}&limit=4${cursor && `&cursor=${cursor}`}`,
        ).expect(200);
        found.push(...seqs(body));
        cursor = body.nextCursor ?? '';
        if (order === 'newest') {
          await appendAuditRecords(db, { audit: [anAudit()] });
        }
      } while (cursor);
      const all = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
      expect(found).toEqual(order === 'newest' ? all.reverse() : all);
    },
  );

  it('refuses a cursor of another list', async () => {
    const { get } = await start();
    const { body } = await get('/v1/audit?limit=2').expect(200);
    const again = await get(
      `/v1/audit?limit=2&correlationId=r1&cursor=${body.nextCursor}`,
    ).expect(400);
    expect(again.body.error).toMatchObject({
      code: 'BAD_REQUEST',
      field: 'cursor',
    });
  });

  it.each([
    ['limit=201', 'limit'],
    ['limit=0', 'limit'],
    ['actionType=GUESS', 'actionType'],
    ['actionType=', 'actionType'],
    ['order=desc', 'order'],
    ['since=yesterday', 'since'],
    ['until=-1', 'until'],
    ['correlationId=', 'correlationId'],
    ['rollback=r1', 'rollback'],
  ])('refuses ?%s', async (query, field) => {
    const { get } = await start();
    const { body } = await get(`/v1/audit?${query}`).expect(400);
    expect(body.error).toMatchObject({ code: 'BAD_REQUEST', field });
  });

  it('leads to the same story in Kibana', async () => {
    const { deps, get } = await start();
    const configured = { ...deps.configured, kibana: KIBANA };
    const { get: ask } = await startServer(databases, { deps: { configured } });
    const odd = `it's "r1"!\\&=)`;
    const { body } = await ask(
      `/v1/audit?correlationId=${encodeURIComponent(odd)}`,
    ).expect(200);
    expect(body.elsewhere.label).toBe('Kibana');
    const url = new URL(body.elsewhere.url);
    expect(`${url.origin}${url.pathname}`).toBe(
      'https://kibana.example.com/app/discover',
    );
    const state = new URLSearchParams(url.hash.replace(/^#\/\?/, ''));
    expect(state.get('_g')).toBe(`(time:(from:'now-90d',to:'now'))`);
    expect(state.get('_a')).toBe(
      `(dataSource:(type:'dataView',dataViewId:'ai-operator-audit-*'),index:'ai-operator-audit-*',query:(language:'kuery',query:'correlationId : "it!'s \\"r1\\"!!\\\\&=)"'),sort:!(!('seq','asc')))`,
    );
    // Not for all of them at once, and not without a Kibana.
    expect((await ask('/v1/audit')).body).not.toHaveProperty('elsewhere');
    expect((await get('/v1/audit?correlationId=r1')).body).not.toHaveProperty(
      'elsewhere',
    );
  });
});

describe('GET /v1/audit/verify', () => {
  it('recomputes the chain, in parts', async () => {
    const { get } = await start();
    const { body } = await get('/v1/audit/verify').expect(200);
    expect(body).toMatchObject({
      now: T0,
      result: 'intact',
      checked: 10,
      from: 1,
      to: 10,
      problems: [],
      moreProblems: false,
    });
    expect(body).not.toHaveProperty('nextFrom');
    const part = await get('/v1/audit/verify?from=3&limit=4').expect(200);
    expect(part.body).toMatchObject({
      result: 'intact',
      checked: 4,
      from: 3,
      to: 6,
      nextFrom: 7,
    });
    const story = await get('/v1/audit/verify?correlationId=r2').expect(200);
    expect(story.body).toMatchObject({ result: 'intact', checked: 4 });
  });

  it.each([
    ['changed', { kind: 'changed', seq: 4 }],
    ['deleted', { kind: 'missing', seq: 4 }],
    ['inserted', { kind: 'added', seq: 5 }],
    ['swapped', { kind: 'reordered', seq: 4 }],
  ] as const)('says which record was %s', async (how, problem) => {
    const { db, get } = await start();
    await tamper(db, how, 4);
    const { body } = await get('/v1/audit/verify').expect(200);
    expect(body).toMatchObject({ result: 'broken', moreProblems: false });
    expect(body.problems).toEqual([
      { ...problem, because: expect.stringContaining(`${problem.seq}`) },
    ]);
    const other = await get('/v1/audit/verify?from=7').expect(200);
    expect(other.body.result).toBe('intact');
  });

  it.each([
    ['from=0', 'from'],
    ['from=x', 'from'],
    ['from=1e99', 'from'],
    ['limit=100001', 'limit'],
    ['to=4', 'to'],
  ])('refuses ?%s', async (query, field) => {
    const { get } = await start();
    const { body } = await get(`/v1/audit/verify?${query}`).expect(400);
    expect(body.error).toMatchObject({ code: 'BAD_REQUEST', field });
  });

  it('runs twice at once and no more, whoever asks', async () => {
    const { db, get } = await start();
    const answers = await db.knex.transaction(async tx => {
      // SQLite has one connection, and it is taken.
      await tx('audit').first();
      const first = [get('/v1/audit/verify'), get('/v1/audit/verify')].map(
        request => request.then(response => response),
      );
      await new Promise(resolve => setTimeout(resolve, 200));
      const third = await get('/v1/audit/verify').expect(503);
      expect(third.body.error).toMatchObject({
        code: 'BUSY',
        message: expect.stringContaining('in a moment'),
      });
      await get('/v1/audit?limit=x').expect(400);
      return first;
    });
    for (const response of await Promise.all(answers)) {
      expect(response.body.result).toBe('intact');
    }
    await get('/v1/audit/verify').expect(200);
  });
});

describe('GET /v1/audit/status', () => {
  it('knows of nothing at first', async () => {
    const { get } = await startServer(databases);
    const { body } = await get('/v1/audit/status').expect(200);
    expect(body).toEqual({
      now: T0,
      chain: {
        result: 'unknown',
        because: expect.stringMatching(/\w/),
        problems: [],
      },
      sinks: [],
    });
  });

  it('tells the newest entry', async () => {
    const { get } = await start();
    const { body } = await get('/v1/audit/status').expect(200);
    const newest = await get('/v1/audit?limit=1').expect(200);
    const [{ seq, hash, record }] = newest.body.items;
    expect(body.head).toEqual({ seq, hash, at: record.timestamp });
    expect(body).not.toHaveProperty('anchor');
  });

  it('tells what should be the newest entry when that is gone', async () => {
    const { db, get } = await start();
    const before = await get('/v1/audit/status').expect(200);
    await tamper(db, 'deleted', 10);
    const { body } = await get('/v1/audit/status').expect(200);
    expect(body.head).toMatchObject({ seq: 10, hash: before.body.head.hash });
  });
});

describe('who may read the trail', () => {
  it.each(['', '/verify', '/status', '/export'])(
    'is who has ai-operator.read: GET /v1/audit%s',
    async path => {
      const { get } = await startServer(databases, { denied: true });
      const { body } = await get(`/v1/audit${path}`).expect(403);
      expect(body.error.code).toBe('NOT_ALLOWED');
      await get(`/v1/audit${path}`, 'nobody').expect(401);
    },
  );
});
