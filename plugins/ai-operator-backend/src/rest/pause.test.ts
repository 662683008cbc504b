import { TestDatabases } from '@backstage/backend-test-utils';
import { claimRollbacks, commitRollback } from '../persistence';
import { aKey, aRecord, tick } from '../persistence/__testUtils__/fixtures';
import { PortError } from '../ports';
import { nobodyKnows } from './__testUtils__/people';
import { As, startServer, T0 } from './__testUtils__/server';
import { awaitingDecision } from './__testUtils__/situations';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
const ALICE = 'user:default/alice';
const DAY = 86_400_000;
const CART = aKey('cart');

async function start(options: Parameters<typeof startServer>[1] = {}) {
  const server = await startServer(databases, options);
  await tick(server.db, { records: [aRecord('cart'), aRecord('search')] });
  return {
    ...server,
    put: (body: object, as: As = ALICE) =>
      server.send('put', '/v1/pause', body, as),
  };
}

describe('GET /v1/pause', () => {
  it('lists what is paused, to everybody who may look', async () => {
    const { get, put, time } = await start();
    await get('/v1/pause').expect(200, { now: T0, items: [] });
    await put({ paused: true, reason: 'Black Friday', until: T0 + DAY });
    time.now = T0 + 1;
    const { body } = await get('/v1/pause', 'user:default/dave').expect(200);
    expect(body).toEqual({
      now: T0 + 1,
      items: [
        {
          id: 'id-1',
          reason: 'Black Friday',
          by: ALICE,
          at: T0,
          until: T0 + DAY,
        },
      ],
    });
    time.now = T0 + DAY;
    await get('/v1/pause').expect(200, { now: T0 + DAY, items: [] });
  });
});

describe('PUT /v1/pause', () => {
  it('pauses and resumes one application, with who and why on record', async () => {
    const { get, put, told } = await start();
    const paused = await put({
      application: CART,
      paused: true,
      reason: 'Migration',
      until: T0 + DAY,
    }).expect(200);
    expect(paused.body.items).toMatchObject([
      { application: CART, reason: 'Migration', until: T0 + DAY },
    ]);
    const overview = await get('/v1/overview').expect(200);
    expect(overview.body.pauses).toEqual(paused.body.items);
    const resumed = await put({
      application: CART,
      paused: false,
      reason: 'Done',
    }).expect(200);
    expect(resumed.body.items).toEqual([]);
    await expect(told()).resolves.toMatchObject([
      {
        level: 'INFO',
        actor: ALICE,
        reasoning:
          'main/argocd/cart is paused until 2026-02-28T10:30:00Z: Migration.',
        metadata: {
          command: 'PAUSE',
          door: 'portal',
          application: 'main/argocd/cart',
          pauseId: 'id-1',
          until: T0 + DAY,
        },
      },
      {
        level: 'INFO',
        actor: ALICE,
        reasoning: 'main/argocd/cart is resumed: Done.',
        metadata: { command: 'RESUME', application: 'main/argocd/cart' },
      },
    ]);
  });

  it('puts a new pause in the place of the one of the same scope', async () => {
    const { put } = await start();
    await put({ paused: true, reason: 'first' }).expect(200);
    await put({ application: CART, paused: true, reason: 'cart' }).expect(200);
    const { body } = await put({ paused: true, reason: 'second' }).expect(200);
    expect(body.items.map(({ reason }: { reason: string }) => reason)).toEqual([
      'second',
      'cart',
    ]);
  });

  it('is told to open pages', async () => {
    const { put, changed } = await start();
    await put({ paused: true, reason: 'Black Friday' }).expect(200);
    const one = { application: CART, paused: true, reason: 'Migration' };
    await put(one).expect(200);
    expect(changed.mock.calls).toEqual([
      [{ type: 'many' }],
      [{ type: 'application', application: CART }],
    ]);
  });

  it('lets the operator look at once when it is resumed', async () => {
    const { db, put, wake } = await start();
    const { correlationId } = await awaitingDecision(db);
    const claim = (now: number) =>
      claimRollbacks(db, { now, limit: 10, holder: 'test', leaseMs: 1_000 });
    await put({ paused: true, reason: 'r' }).expect(200);
    const [{ rollback, ticket }] = await claim(Number.MAX_SAFE_INTEGER);
    await commitRollback(db, {
      before: rollback,
      ticket,
      after: { state: rollback.state },
      wakeAt: T0 + DAY,
      now: T0,
      audit: [],
      effects: [],
    });
    await expect(claim(T0)).resolves.toEqual([]);
    expect(wake).not.toHaveBeenCalled();
    await put({ paused: false, reason: 'r' }).expect(200);
    expect(wake).toHaveBeenCalledTimes(1);
    await expect(claim(T0)).resolves.toMatchObject([
      { rollback: { correlationId } },
    ]);
  });

  it.each([
    [{ paused: true }, 'reason'],
    [{ paused: true, reason: '  ' }, 'reason'],
    [{ paused: true, reason: 'x'.repeat(2_001) }, 'reason'],
    [{ reason: 'r' }, 'paused'],
    [{ paused: 'yes', reason: 'r' }, 'paused'],
    [{ paused: true, reason: 'r', until: T0 }, 'until'],
    [{ paused: true, reason: 'r', until: T0 - 1 }, 'until'],
    [{ paused: true, reason: 'r', until: T0 + 30 * DAY + 1 }, 'until'],
    [{ paused: true, reason: 'r', until: Number.MAX_SAFE_INTEGER }, 'until'],
    [{ paused: true, reason: 'r', until: '2026-03-01' }, 'until'],
    [{ paused: false, reason: 'r', until: T0 + DAY }, 'until'],
    [{ paused: true, reason: 'r', everything: true }, 'everything'],
    [
      { paused: true, reason: 'r', application: { name: 'cart' } },
      'application.instance',
    ],
    [{ paused: true, reason: 'r', application: 'cart' }, 'application'],
  ])('refuses %j by the name of the field', async (request, field) => {
    const { db, put } = await start();
    const { body } = await put(request).expect(400);
    expect(body.error).toMatchObject({ code: 'BAD_REQUEST', field });
    await expect(db.knex('pauses')).resolves.toEqual([]);
  });

  it('takes a pause of exactly 30 days', async () => {
    const { put } = await start();
    const { body } = await put({
      paused: true,
      reason: 'r',
      until: T0 + 30 * DAY,
    }).expect(200);
    expect(body.items).toHaveLength(1);
  });

  it('refuses to pause what is not watched: it would protect nothing', async () => {
    const { put } = await start();
    const { body } = await put({
      application: aKey('crat'),
      paused: true,
      reason: 'r',
    }).expect(404);
    expect(body.error).toMatchObject({
      code: 'APPLICATION_NOT_FOUND',
      message: expect.stringContaining('main/argocd/crat'),
    });
  });

  it('resumes an application that is no longer watched', async () => {
    const { db, put } = await start();
    await put({ application: CART, paused: true, reason: 'r' }).expect(200);
    await db.knex('applications').where({ name: 'cart' }).delete();
    const { body } = await put({
      application: CART,
      paused: false,
      reason: 'r',
    }).expect(200);
    expect(body.items).toEqual([]);
  });

  it.each([
    [undefined, 'Nothing is paused as a whole.', undefined],
    [CART, 'main/argocd/cart is not paused by itself.', undefined],
    [
      CART,
      'main/argocd/cart is not paused by itself: everything is paused, and can only be resumed as a whole.',
      { paused: true, reason: 'r' },
    ],
    [
      undefined,
      'Nothing is paused as a whole; single applications are, and are resumed one by one.',
      { application: CART, paused: true, reason: 'r' },
    ],
  ])(
    'refuses to resume %j what is not paused: %s',
    async (application, sentence, before) => {
      const { put, told, wake } = await start();
      if (before) {
        await put(before).expect(200);
      }
      const { body } = await put({
        application,
        paused: false,
        reason: 'r',
      }).expect(409);
      expect(body.error).toMatchObject({
        name: 'ConflictError',
        code: 'NOT_PAUSED',
        message: sentence,
      });
      expect((await told()).at(-1)).toMatchObject({
        level: 'WARN',
        reasoning: sentence,
        metadata: { command: 'RESUME', refused: 'NOT_PAUSED' },
      });
      expect(wake).not.toHaveBeenCalled();
    },
  );
});

describe('who may pause', () => {
  it.each<As>(['user:default/alice', 'user:default/erin'])('%s', async as => {
    const { get, put } = await start();
    const { body } = await put({ paused: true, reason: 'r' }, as).expect(200);
    expect(body.items).toMatchObject([{ by: as }]);
    const overview = await get('/v1/overview', as).expect(200);
    expect(overview.body.caller.pause.allowed).toBe(true);
  });

  it.each<[As, string]>([
    ['user:default/bob', 'approver'],
    ['user:default/dave', 'developer'],
  ])('not %s', async (as, role) => {
    const { get, put, told } = await start();
    const { body } = await put({ paused: true, reason: 'r' }, as).expect(403);
    const sentence = `pausing and resuming the operator needs the role senior maintainer or admin; you are ${role}`;
    expect(body.error).toMatchObject({
      code: 'ROLE_NEEDED',
      message: sentence,
    });
    await expect(told()).resolves.toMatchObject([
      {
        level: 'WARN',
        actor: as,
        reasoning: `${sentence}.`,
        metadata: { command: 'PAUSE', refused: 'ROLE_NEEDED' },
      },
    ]);
    const overview = await get('/v1/overview', as).expect(200);
    expect(overview.body.caller).toMatchObject({
      entityRef: as,
      roles: [role],
      pause: { allowed: false, because: sentence },
    });
  });

  it('no service', async () => {
    const { get, put, told } = await start();
    const { body } = await put({ paused: true, reason: 'r' }, 'service').expect(
      403,
    );
    expect(body.error.code).toBe('PERSON_NEEDED');
    await expect(told()).resolves.toHaveLength(1);
    const overview = await get('/v1/overview', 'service').expect(200);
    expect(overview.body.caller).toEqual({
      roles: [],
      pause: {
        allowed: false,
        because: 'Service principals never decide: sign in as a person.',
      },
    });
  });

  it('nobody whom the permission policy does not let', async () => {
    const { get, put, told } = await start({
      policy: ({ permission }) => permission.name !== 'ai-operator.pause',
    });
    const { body } = await put({ paused: true, reason: 'r' }).expect(403);
    expect(body.error).toMatchObject({
      code: 'NOT_ALLOWED',
      message: expect.stringContaining('ai-operator.pause'),
    });
    await expect(told()).resolves.toMatchObject([
      { metadata: { refused: 'NOT_ALLOWED' } },
    ]);
    const overview = await get('/v1/overview', ALICE).expect(200);
    expect(overview.body.caller.pause).toEqual({
      allowed: false,
      because: body.error.message,
    });
  });

  it('nobody while roles cannot be looked up', async () => {
    const people = nobodyKnows(
      new PortError('TIMEOUT', 'The catalog is slow.'),
    );
    const { get, put } = await start({ people });
    const { body } = await put({ paused: true, reason: 'r' }).expect(503);
    expect(body.error.code).toBe('PEOPLE_UNAVAILABLE');
    const overview = await get('/v1/overview', ALICE).expect(200);
    expect(overview.body.caller).toMatchObject({
      roles: [],
      pause: { allowed: false, because: body.error.message },
    });
  });
});
