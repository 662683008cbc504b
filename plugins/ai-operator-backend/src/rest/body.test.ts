import { mockCredentials, TestDatabases } from '@backstage/backend-test-utils';
import { errorBodySchema } from '@ai-operator/backstage-plugin-ai-operator-common';
import { gzipSync } from 'node:zlib';
import { startServer } from './__testUtils__/server';
import { awaitingDecision, PATHS } from './__testUtils__/situations';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
const ALICE = 'user:default/alice';
const JSON_TYPE = { 'content-type': 'application/json' };

async function start() {
  const server = await startServer(databases);
  const { correlationId } = await awaitingDecision(server.db);
  return {
    ...server,
    post: (
      headers: Record<string, string>,
      body: string | Buffer,
      authorization = mockCredentials.user.header(ALICE),
    ) =>
      server
        .post(PATHS.ABORT(correlationId))
        .set({ ...headers, authorization })
        .send(body),
  };
}

describe('a body', () => {
  it.each<
    [
      what: string,
      status: number,
      code: string,
      headers: Record<string, string>,
      body: string | Buffer,
    ]
  >([
    ['no JSON', 400, 'BAD_REQUEST', JSON_TYPE, '{"reason": "my-secret'],
    ['a text', 400, 'BAD_REQUEST', JSON_TYPE, '"my-secret"'],
    ['a list', 400, 'BAD_REQUEST', JSON_TYPE, '["my-secret"]'],
    [
      'another type',
      400,
      'BAD_REQUEST',
      { 'content-type': 'application/x-www-form-urlencoded' },
      'reason=my-secret',
    ],
    [
      'another charset',
      400,
      'BAD_REQUEST',
      { 'content-type': 'application/json; charset=latin1' },
      '{"reason":"my-secret"}',
    ],
    [
      'compressed',
      400,
      'BAD_REQUEST',
      { ...JSON_TYPE, 'content-encoding': 'gzip' },
      gzipSync('{"reason":"my-secret"}'),
    ],
    [
      'too long',
      413,
      'BODY_TOO_LARGE',
      JSON_TYPE,
      JSON.stringify({ reason: 'my-secret'.repeat(2_000) }),
    ],
  ])('%s is refused in our shape', async (_, status, code, headers, body) => {
    const { db, post } = await start();
    const response = await post(headers, body);
    expect(response.status).toBe(status);
    const { error } = errorBodySchema.parse(response.body);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/\w \w/);
    expect(response.text).not.toContain('my-secret');
    await expect(db.knex('commands')).resolves.toEqual([]);
  });

  it('is not even read from somebody who is not signed in', async () => {
    const { post } = await start();
    const response = await post(
      JSON_TYPE,
      'not JSON',
      mockCredentials.none.header(),
    );
    expect(response.status).toBe(401);
  });

  it('names a field that does not exist', async () => {
    const { post } = await start();
    const response = await post(
      JSON_TYPE,
      JSON.stringify({ reason: 'r', force: true }),
    );
    expect(response.status).toBe(400);
    expect(response.body.error).toMatchObject({
      field: 'force',
      message:
        'force: there is no such field; there are reason, expectedVersion',
    });
  });

  it('keeps a reason as long as it may be, in any alphabet', async () => {
    const { post } = await start();
    const response = await post(
      JSON_TYPE,
      JSON.stringify({ reason: '😀'.repeat(1_000) }),
    );
    expect(response.status).toBe(202);
  });

  it('with a character no database keeps loses only that', async () => {
    const { post } = await start();
    const response = await post(JSON_TYPE, JSON.stringify({ reason: 'a\0b' }));
    expect(response.status).toBe(202);
    expect(response.body.command.reason).toBe('ab');
  });
});
