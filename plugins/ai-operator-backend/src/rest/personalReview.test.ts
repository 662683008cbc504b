import { TestDatabases } from '@backstage/backend-test-utils';
import { claimRollbacks, commitRollback } from '../persistence';
import { PortError } from '../ports';
import { nobodyKnows } from './__testUtils__/people';
import { As, SHA, Server, startServer, T0 } from './__testUtils__/server';
import { awaitingDecision, PATHS } from './__testUtils__/situations';
import { VERDICTS } from './__testUtils__/story';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
const ALICE = 'user:default/alice';
const HEADER = 'x-ai-operator-github-token';
/** Not one that a pattern of ours would know as a token: only care keeps it out. */
const TOKEN = 'person-owned.secret_value-4711-0815';

async function approving(options: Parameters<typeof startServer>[1] = {}) {
  const server = await startServer(databases, options);
  const { correlationId } = await awaitingDecision(server.db);
  return {
    ...server,
    correlationId,
    approve: (
      body: object = {},
      token: string | undefined = TOKEN,
      as: As = ALICE,
    ) => {
      const request = server.send(
        'post',
        PATHS.APPROVE(correlationId),
        body,
        as,
      );
      return token === undefined ? request : request.set(HEADER, token);
    },
  };
}

/** Everything the backend keeps or says: tables and log. */
async function everythingKept({ db, logger }: Server): Promise<string> {
  const tables: Array<{ name: string }> = await db
    .knex('sqlite_master')
    .where({ type: 'table' })
    .select('name');
  const rows = await Promise.all(
    tables
      .filter(({ name }) => !name.startsWith('sqlite_'))
      .map(({ name }) => db.knex(name)),
  );
  const logged = (['error', 'warn', 'info', 'debug'] as const).flatMap(level =>
    jest
      .mocked(logger[level])
      .mock.calls.flat()
      .map(said =>
        said instanceof Error
          ? [said.message, said.stack, JSON.stringify(said), said.cause]
          : said,
      ),
  );
  return JSON.stringify([rows, logged]);
}

describe('an approval with the own GitHub token of the person', () => {
  it('submits their review of exactly the approved commit, once it is recorded', async () => {
    const server = await approving();
    const { approve, correlationId, db, personalReviews, wake } = server;
    let recorded = 0;
    personalReviews.answer = async () => {
      recorded = (await db.knex('commands')).length;
      return { result: 'submitted' };
    };
    const { body } = await approve({ reason: 'Looks right' }).expect(202);
    expect(recorded).toBe(1);
    expect(personalReviews.asked).toEqual([
      {
        repository: 'my-org/payment-service',
        number: 42,
        headSha: SHA.head,
        login: 'alice-gh',
        token: TOKEN,
        body: `Approved in AI Operator (rollback ${correlationId}).\n\nLooks right`,
      },
    ]);
    expect(body.review).toEqual({
      submitted: true,
      because: 'Your review of #42 is on GitHub.',
    });
    expect(body).not.toHaveProperty('githubDemands');
    const calls = await db
      .knex('audit')
      .where({ action_type: 'MCP_CALL', correlation_id: correlationId })
      .orderBy('seq');
    expect(calls.map(({ record }) => JSON.parse(record))).toMatchObject([
      { mcpCall: { name: 'catalog.readPeople' } },
      {
        actor: ALICE,
        mcpCall: {
          name: 'github.submitReview',
          result: 'success',
          parameters: { number: 42, headSha: SHA.head, login: 'alice-gh' },
        },
      },
    ]);
    expect(wake).toHaveBeenCalled();
  });

  it('makes the rollback due again, for what was looked at in between', async () => {
    const { approve, correlationId, db, personalReviews } = await approving();
    personalReviews.answer = async () => {
      // A processor that was faster than GitHub.
      const [{ rollback, ticket }] = await claimRollbacks(db, {
        now: T0,
        limit: 1,
        holder: 'test',
        leaseMs: 60_000,
      });
      await commitRollback(db, {
        before: rollback,
        ticket,
        after: { state: rollback.state },
        wakeAt: T0 + 60_000,
        now: T0,
        audit: [],
        effects: [],
      });
      return { result: 'submitted' };
    };
    await approve().expect(202);
    const due = await claimRollbacks(db, {
      now: T0,
      limit: 1,
      holder: 'test',
      leaseMs: 1_000,
    });
    expect(due).toMatchObject([{ rollback: { correlationId } }]);
  });

  it('is content when the approval was there already', async () => {
    const { approve, personalReviews } = await approving();
    personalReviews.answer = () => ({ result: 'already_approved' });
    const { body } = await approve().expect(202);
    expect(body.review).toEqual({
      submitted: true,
      because: 'Your approval of #42 was on GitHub already.',
    });
  });

  it.each([
    [
      'without a token',
      undefined,
      ALICE,
      /^No GitHub token of yours came with it: /,
    ],
    [
      'without a GitHub login in the catalog',
      TOKEN,
      'user:default/sam',
      /^The catalog does not know your GitHub login: add the annotation github\.com\/user-login/,
    ],
  ] as const)('%s is recorded all the same', async (_, token, as, because) => {
    const server = await approving();
    const request = server.send(
      'post',
      PATHS.APPROVE(server.correlationId),
      {},
      as,
    );
    const { body } = await (token ? request.set(HEADER, token) : request);
    expect(body.command.result).toBe('pending');
    expect(body.review).toEqual({
      submitted: false,
      because: expect.stringMatching(because),
    });
    expect(server.personalReviews.asked).toEqual([]);
  });

  it('says what GitHub still demands while no review went in', async () => {
    const { correlationId, db, send } = await approving();
    const claimed = await claimRollbacks(db, {
      now: Number.MAX_SAFE_INTEGER,
      limit: 1,
      holder: 'test',
      leaseMs: 60_000,
    });
    const because = 'GitHub demands 1 approving review, there are 0';
    await commitRollback(db, {
      before: claimed[0].rollback,
      ticket: claimed[0].ticket,
      after: {
        state: claimed[0].rollback.state,
        verdicts: {
          ...VERDICTS,
          invariants: VERDICTS.invariants.map(verdict =>
            verdict.id === 'I8_branch_protection'
              ? { ...verdict, result: 'broken', because }
              : verdict,
          ),
        },
      },
      wakeAt: T0 + 60_000,
      now: T0,
      audit: [],
      effects: [],
    });
    const { body } = await send(
      'post',
      PATHS.APPROVE(correlationId),
      {},
      ALICE,
    ).expect(202);
    expect(body.githubDemands).toEqual([because]);
  });

  it('can be repeated with the token, which records nothing twice', async () => {
    const { approve, correlationId, db, personalReviews, send } =
      await approving();
    await send('post', PATHS.APPROVE(correlationId), {}, ALICE).expect(202);
    const { body } = await approve().expect(202);
    expect(body.message).toContain('You have said so already');
    expect(body.review.submitted).toBe(true);
    expect(personalReviews.asked).toHaveLength(1);
    await expect(db.knex('commands')).resolves.toHaveLength(1);
  });

  it('is submitted by nobody who may not approve', async () => {
    const { approve, personalReviews } = await approving();
    await approve({}, TOKEN, 'user:default/bob').expect(403);
    await approve({}, TOKEN, 'service').expect(403);
    expect(personalReviews.asked).toEqual([]);
  });

  it.each(['short', 'has spaces in it, as no token has', 'x'.repeat(1_001)])(
    'is refused when it is none: %.30s',
    async token => {
      const { approve, db } = await approving();
      const { body, text } = await approve({}, token).expect(400);
      expect(body.error).toMatchObject({
        code: 'BAD_REQUEST',
        field: HEADER,
        message: `${HEADER}: is not a token GitHub gives out`,
      });
      expect(text).not.toContain(token);
      await expect(db.knex('commands')).resolves.toEqual([]);
    },
  );
});

describe('the token is in no table, log, error or answer', () => {
  const unavailable = nobodyKnows(
    new PortError('UNAVAILABLE', 'Nobody can tell.'),
  );

  interface Way {
    way: string;
    status: number;
    prepare?: (server: Awaited<ReturnType<typeof approving>>) => unknown;
    options?: Parameters<typeof startServer>[1];
    as?: As;
  }

  const WAYS: Way[] = [
    { way: 'submitted', status: 202 },
    {
      way: 'refused by GitHub, which quotes it',
      status: 202,
      prepare: ({ personalReviews }) => {
        personalReviews.answer = ({ token }) => ({
          result: 'refused',
          because: `Bad credentials: ${token}.`,
        });
      },
    },
    {
      way: 'GitHub cannot be reached, and the error quotes it',
      status: 202,
      prepare: ({ personalReviews }) => {
        personalReviews.answer = ({ token }) => {
          throw new PortError('UNAVAILABLE', `No answer to ${token}.`, {
            cause: new Error(token),
          });
        };
      },
    },
    {
      way: 'a fault of our own whose error carries it along',
      status: 202,
      prepare: ({ personalReviews }) => {
        personalReviews.answer = ({ token }) => {
          throw Object.assign(new Error(`fetch failed with ${token}`), {
            request: { headers: { authorization: token } },
          });
        };
      },
    },
    { way: 'the role is missing', status: 403, as: 'user:default/bob' },
    { way: 'a service asks', status: 403, as: 'service' },
    { way: 'nobody is signed in', status: 401, as: 'nobody' },
    { way: 'the policy denies', status: 403, options: { denied: true } },
    {
      way: 'people cannot be looked up',
      status: 503,
      options: { people: unavailable },
    },
    {
      way: 'somebody was faster',
      status: 409,
      prepare: ({ db }) => db.knex('rollbacks').update({ steering: 9 }),
    },
    {
      way: 'the database fails',
      status: 500,
      prepare: ({ db }) => db.knex.schema.dropTable('commands'),
    },
  ];

  it.each(WAYS)('$way', async ({ status, prepare, options, as = ALICE }) => {
    const server = await approving(options);
    await prepare?.(server);
    const response = await server.approve({ expectedVersion: 2 }, TOKEN, as);
    expect(response.status).toBe(status);
    expect(response.text).not.toContain(TOKEN);
    expect(JSON.stringify(response.headers)).not.toContain(TOKEN);
    const kept = await everythingKept(server);
    expect(kept).toContain(server.correlationId);
    expect(kept).not.toContain(TOKEN);
    // It was really used, wherever the request got that far.
    const isRecorded = status === 202;
    expect(server.personalReviews.asked).toHaveLength(isRecorded ? 1 : 0);
    const commands = await server.told();
    expect(
      commands.some(({ metadata }) => metadata.refused === undefined),
    ).toBe(isRecorded);
  });

  it('would be noticed where it is kept', async () => {
    const server = await approving();
    await server.approve({ reason: TOKEN }).expect(202);
    await expect(everythingKept(server)).resolves.toContain(TOKEN);
  });
});
