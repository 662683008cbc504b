import { mockCredentials, TestDatabases } from '@backstage/backend-test-utils';
import supertest from 'supertest';
import { PortError } from '../ports';
import { nobodyKnows } from './__testUtils__/people';
import { As, Server, startServer } from './__testUtils__/server';
import { aborted, awaitingDecision, PATHS } from './__testUtils__/situations';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
const ALICE = 'user:default/alice';
const REASON = 'the customer Jane Doe called about it';

/** What the auditor was told: the events, and how each ended. */
async function eventsOf({ auditor }: Server) {
  const { calls, results } = auditor.createEvent.mock;
  return Promise.all(
    calls.map(async ([{ request, ...event }], index) => {
      const { success, fail } = await results[index].value;
      return {
        ...event,
        path: request?.originalUrl,
        ended: [
          ...success.mock.calls.map(() => 'succeeded'),
          ...fail.mock.calls.map(
            ([{ error }]: [{ error: Error }]) => `failed: ${error.message}`,
          ),
        ],
        found: [...success.mock.calls, ...fail.mock.calls][0]?.[0].meta,
      };
    }),
  );
}

describe("Backstage's auditor", () => {
  it.each(['APPROVE', 'ABORT', 'MANUAL'] as const)(
    'is told of %s with the request, so that it knows the person itself',
    async command => {
      const server = await startServer(databases);
      const { correlationId } = await awaitingDecision(server.db);
      const path = PATHS[command](correlationId);
      await server.send('post', path, { reason: REASON }, ALICE).expect(202);
      expect(await eventsOf(server)).toEqual([
        {
          eventId: 'rollback-decide',
          severityLevel: 'medium',
          meta: { correlationId, command },
          path: `/api/ai-operator${path}`,
          ended: ['succeeded'],
          found: {
            correlationId,
            application: expect.stringContaining('payment-service'),
            environment: 'production',
          },
        },
      ]);
    },
  );

  it.each([
    ['the path of the portal', (id: string) => PATHS.RESET(id)],
    ['the path of the runbook', (id: string) => `/reset/${id}`],
  ])('is told of RESET by %s', async (_name, pathOf) => {
    const server = await startServer(databases);
    const { correlationId } = await aborted(server.db);
    await server
      .send('post', pathOf(correlationId), { reason: REASON }, ALICE)
      .expect(202);
    expect(await eventsOf(server)).toMatchObject([
      {
        eventId: 'rollback-decide',
        meta: { command: 'RESET', correlationId },
        ended: ['succeeded'],
      },
    ]);
  });

  it('is told of PAUSE and RESUME', async () => {
    const server = await startServer(databases);
    const put = (body: object, as: As) =>
      server.send('put', '/v1/pause', body, as);
    await put({ paused: true, reason: REASON }, ALICE).expect(200);
    await put({ paused: false, reason: REASON }, ALICE).expect(200);
    await put({ paused: true, reason: REASON }, 'user:default/dave');
    expect(await eventsOf(server)).toMatchObject([
      {
        eventId: 'pause-change',
        found: { command: 'PAUSE' },
        ended: ['succeeded'],
      },
      {
        eventId: 'pause-change',
        found: { command: 'RESUME' },
        ended: ['succeeded'],
      },
      {
        eventId: 'pause-change',
        found: { command: 'PAUSE' },
        ended: [expect.stringMatching(/^failed: pausing .* needs the role/)],
      },
    ]);
  });

  it.each<[string, As, object, RegExp]>([
    ['a service', 'service', { reason: REASON }, /Service principals never/],
    ['too small a role', 'user:default/dave', { reason: REASON }, /needs the/],
    [
      'an old version',
      ALICE,
      { reason: REASON, expectedVersion: 0 },
      /Look at/,
    ],
    ['no reason', ALICE, {}, /reason: is missing/],
  ])('is told what was refused: %s', async (_name, as, body, because) => {
    const server = await startServer(databases);
    const { correlationId } = await awaitingDecision(server.db);
    await server.send('post', PATHS.ABORT(correlationId), body, as);
    expect(await eventsOf(server)).toMatchObject([
      {
        meta: { command: 'ABORT', correlationId },
        ended: [expect.stringMatching(because)],
      },
    ]);
    expect((await eventsOf(server))[0].ended[0]).toMatch(/^failed: /);
  });

  it('is told of what could not be decided, and of what is not there', async () => {
    const away = new PortError('UNAVAILABLE', 'The catalog does not answer');
    const server = await startServer(databases, { people: nobodyKnows(away) });
    const { correlationId } = await awaitingDecision(server.db);
    const say = (id: string) =>
      server.send('post', PATHS.ABORT(id), { reason: REASON }, ALICE);
    await say(correlationId).expect(503);
    await say('unheard-of').expect(404);
    const events = await eventsOf(server);
    expect(events[0].ended[0]).toContain('The catalog does not answer');
    expect(events[1]).toMatchObject({
      meta: { correlationId: 'unheard-of' },
      ended: [expect.stringMatching(/^failed: /)],
    });
  });

  it('is told no reasons and no tokens', async () => {
    const server = await startServer(databases);
    const { correlationId } = await awaitingDecision(server.db);
    const token = 'person-owned.secret_value-4711-0815';
    server.personalReviews.answer = () => {
      throw new Error(`refused ${token}`);
    };
    await server
      .send('post', PATHS.APPROVE(correlationId), { reason: REASON }, ALICE)
      .set('x-ai-operator-github-token', token)
      .expect(202);
    const told = JSON.stringify(await eventsOf(server));
    expect(told).toContain('rollback-decide');
    expect(told).not.toContain('Jane');
    expect(told).not.toContain(token);
  });

  it('is not told who looks', async () => {
    const server = await startServer(databases);
    await server.get('/v1/rollbacks').expect(200);
    await server.get('/v1/pause').expect(200);
    expect(server.auditor.createEvent).not.toHaveBeenCalled();
  });

  it('is told whether a download of the trail was handed over whole', async () => {
    const server = await startServer(databases);
    await server.get('/v1/audit/export').expect(200);
    await supertest(server.app)
      .head('/api/ai-operator/v1/audit/export')
      .set('authorization', mockCredentials.user.header())
      .expect(200);
    expect(await eventsOf(server)).toMatchObject(
      [true, false].map(complete => ({
        eventId: 'audit-export',
        ended: ['succeeded'],
        found: { complete },
      })),
    );
  });

  it('is told nothing of those nobody knows: they get no further', async () => {
    const server = await startServer(databases);
    await server.send('post', PATHS.ABORT('any'), {}, 'nobody').expect(401);
    expect(server.auditor.createEvent).not.toHaveBeenCalled();
  });

  it('keeps nobody from deciding when it fails', async () => {
    const server = await startServer(databases);
    server.auditor.createEvent.mockRejectedValue(new Error('it is away'));
    const { correlationId } = await awaitingDecision(server.db);
    await server
      .send('post', PATHS.ABORT(correlationId), { reason: REASON }, ALICE)
      .expect(202);
    expect(server.logger.error).toHaveBeenCalledWith(
      expect.stringContaining('auditor did not take an event'),
      expect.objectContaining({ message: 'it is away' }),
    );
    expect(await server.told()).toHaveLength(1);
  });
});
