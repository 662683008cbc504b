import { AuthenticationError } from '@backstage/errors';
import { TestDatabases } from '@backstage/backend-test-utils';
import { startServer } from './__testUtils__/server';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

const GUARDED = [
  '/v1/applications',
  '/v1/applications/main/argocd/payment-service',
  '/v1/entities/component/default/payment-service/applications',
  '/v1/rollbacks',
  '/v1/rollbacks/some-id',
  '/v1/overview',
  '/v1/pause',
  '/v1/doctor',
  '/v1/openapi.json',
];

describe('who may ask', () => {
  it.each(GUARDED)('nobody who is not signed in: %s', async path => {
    const { get } = await startServer(databases);
    const response = await get(path, 'nobody');
    expect(response.status).toBe(401);
    expect(response.body).toEqual({
      error: {
        name: 'AuthenticationError',
        message: expect.any(String),
        code: 'UNAUTHENTICATED',
      },
      request: { method: 'GET', url: path },
      response: { statusCode: 401 },
    });
  });

  it.each(GUARDED)('nobody without ai-operator.read: %s', async path => {
    const { get } = await startServer(databases, { denied: true });
    for (const as of ['user', 'service'] as const) {
      const response = await get(path, as);
      expect(response.status).toBe(403);
      expect(response.body.error).toMatchObject({
        name: 'NotAllowedError',
        code: 'NOT_ALLOWED',
        message: expect.stringContaining('ai-operator.read'),
      });
    }
  });

  it('people hear of changes once they were allowed to read, and nobody else does', async () => {
    const { get, looked } = await startServer(databases);
    await get('/v1/overview', 'service').expect(200);
    expect(looked).not.toHaveBeenCalled();
    await get('/v1/overview', 'user:default/dave').expect(200);
    expect(looked.mock.calls).toEqual([['user:default/dave']]);
    const denied = await startServer(databases, { denied: true });
    await denied.get('/v1/overview', 'user').expect(403);
    expect(denied.looked).not.toHaveBeenCalled();
  });

  it('services as well as people', async () => {
    const { get } = await startServer(databases);
    for (const as of ['user', 'service'] as const) {
      expect((await get('/v1/overview', as)).status).toBe(200);
    }
  });

  it('only services for /metrics, unless it is public', async () => {
    const closed = await startServer(databases);
    await closed.get('/metrics', 'nobody').expect(401);
    await closed.get('/metrics', 'user').expect(403);
    const response = await closed.get('/metrics', 'service').expect(200);
    expect(response.text).toContain('ai_operator_active_rollbacks');
    const open = await startServer(databases, {
      deps: { metricsAccess: 'public' },
    });
    await open.get('/metrics', 'nobody').expect(200);
  });

  it('anybody for the probes, which tell nothing else', async () => {
    const { db, get, logger } = await startServer(databases, { denied: true });
    await get('/healthz', 'nobody').expect(200, { status: 'ok' });
    await get('/readyz', 'nobody').expect(200, { status: 'ready' });
    await db.knex.schema.dropTable('audit_head');
    await get('/readyz', 'nobody').expect(503, { status: 'not_ready' });
    await get('/healthz', 'nobody').expect(200);
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('database'),
      expect.anything(),
    );
  });
});

describe('errors', () => {
  it('say where the list of routes is when there is no such route', async () => {
    const { get } = await startServer(databases);
    const response = await get('/v1/nothing').expect(404);
    expect(response.body.error).toEqual({
      name: 'NotFoundError',
      code: 'ROUTE_NOT_FOUND',
      message:
        'There is no GET /v1/nothing here. GET v1/openapi.json lists what there is.',
    });
  });

  it('refuse an address that cannot be decoded', async () => {
    const { get } = await startServer(databases);
    const response = await get('/v1/rollbacks/%E0%A4%A').expect(400);
    expect(response.body.error.code).toBe('BAD_REQUEST');
  });

  it('keep to themselves what is our own fault, and log it', async () => {
    const { db, get, logger } = await startServer(databases);
    await db.knex.schema.dropTable('transitions');
    await db.knex.schema.dropTable('outbox');
    await db.knex.schema.dropTable('rollbacks');
    const response = await get('/v1/rollbacks').expect(500);
    expect(response.body.error).toEqual({
      name: 'InternalServerError',
      code: 'INTERNAL',
      message: expect.not.stringContaining('rollbacks'),
    });
    expect(logger.error).toHaveBeenCalledWith(
      'GET /v1/rollbacks failed',
      expect.objectContaining({
        message: expect.stringContaining('rollbacks'),
      }),
    );
  });

  it('carry on what the auth service says', async () => {
    const { get } = await startServer(databases, {
      deps: {
        httpAuth: {
          credentials: async () => {
            throw new AuthenticationError('token has expired');
          },
        },
      },
    });
    const response = await get('/v1/overview').expect(401);
    expect(response.body.error.message).toBe('token has expired');
  });
});
