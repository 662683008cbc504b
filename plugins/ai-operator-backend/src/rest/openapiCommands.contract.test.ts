import { TestDatabases } from '@backstage/backend-test-utils';
import { aKey } from '../persistence/__testUtils__/fixtures';
import { PortError } from '../ports';
import { contractOf } from './__testUtils__/contract';
import { thePeople } from './__testUtils__/people';
import { As, startServer, T0 } from './__testUtils__/server';
import { aborted, awaitingDecision } from './__testUtils__/situations';
import { openApiDocument } from './openapi';

// One after the other asks for everything there is.
jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
const document = openApiDocument();
const { answer, operation, request } = contractOf(document);

const WHY = { reason: 'I looked' };
const PAUSE = '/v1/pause';
const RESET = '/reset/{correlationId}';
const TOO_LONG = 'x'.repeat(20_000);

interface Asked {
  method: 'post' | 'put';
  /** As the document writes it. */
  path: string;
  /** Put in the place of `{correlationId}`. */
  id?: string;
  body: object;
  status: number;
  as?: As;
  /** The document says that the body is wrong. */
  misfit?: true;
}

function command(name: string): string {
  return `/v1/rollbacks/{correlationId}/${name}`;
}

function post(
  path: string,
  id: string,
  body: object,
  status: number,
  rest: Pick<Asked, 'as' | 'misfit'> = {},
): Asked {
  return { method: 'post', path, id, body, status, ...rest };
}

function put(
  body: object,
  status: number,
  rest: Pick<Asked, 'as' | 'misfit'> = {},
): Asked {
  return { method: 'put', path: PAUSE, body, status, ...rest };
}

/** Every operation of the document that changes something. */
const WRITING = Object.entries(document.paths).flatMap(([path, methods]) =>
  (['post', 'put'] as const)
    .filter(method => method in methods)
    .map(method => ({ method, path })),
);

/** Refusals that every command has in common. */
function refusals(path: string, id: string): Asked[] {
  const misfit = true;
  return [
    post(path, 'none', WHY, 404),
    post(path, id, WHY, 403, { as: 'user:default/bob' }),
    post(path, id, WHY, 403, { as: 'service' }),
    post(path, id, WHY, 401, { as: 'nobody' }),
    post(path, id, { reason: 1 }, 400, { misfit }),
    post(path, id, { ...WHY, more: 1 }, 400, { misfit }),
    post(path, id, { reason: TOO_LONG }, 413, { misfit }),
  ];
}

async function start() {
  const people = thePeople();
  const { db, send } = await startServer(databases, { people });
  const idOf = async (name: string) =>
    (await awaitingDecision(db, 'production', name)).correlationId;
  const lockedId = async (name: string) =>
    (await aborted(db, 'staging', name)).correlationId;
  async function drive({
    method,
    path,
    id = '',
    body,
    status,
    ...rest
  }: Asked) {
    const url = path.replace('{correlationId}', id);
    const as = rest.as ?? 'user:default/alice';
    const response = await send(method, url, body, as);
    const told = `${method} ${url} as ${as}: ${response.text}`;
    expect([told, response.status]).toEqual([told, status]);
    expect([told, answer(path, status, response.body, method)]).toEqual([
      told,
      [],
    ]);
    const fits = request(method, path, body).length === 0;
    expect([told, fits]).toEqual([told, rest.misfit !== true]);
  }
  return { people, idOf, lockedId, drive };
}

describe('the OpenAPI document about what changes something', () => {
  it('describes what is sent, and every answer to it', async () => {
    const { drive, idOf, lockedId, people } = await start();
    const one = await idOf('one');
    const asked: Asked[] = [
      post(command('approve'), one, {}, 202),
      post(command('approve'), one, { ...WHY, expectedVersion: 1 }, 202),
      post(command('abort'), one, { ...WHY, expectedVersion: 1 }, 409),
      post(command('reset'), one, WHY, 409),
      post(command('abort'), await idOf('two'), WHY, 202),
      post(command('manual'), await idOf('three'), WHY, 202),
      post(command('reset'), await lockedId('four'), WHY, 202),
      post(RESET, await lockedId('five'), WHY, 202),
      ...['approve', 'abort', 'manual', 'reset'].flatMap(name =>
        refusals(command(name), one),
      ),
      ...refusals(RESET, one),
      ...['abort', 'manual', 'reset'].map(name =>
        post(command(name), one, {}, 400, { misfit: true }),
      ),
      put(
        {
          ...WHY,
          paused: true,
          application: aKey('one'),
          until: T0 + 60_000,
        },
        200,
      ),
      put({ ...WHY, paused: true, application: aKey('none') }, 404),
      put({ ...WHY, paused: false }, 409),
      put({ ...WHY, paused: true }, 403, { as: 'user:default/bob' }),
      put({ ...WHY, paused: true }, 401, { as: 'nobody' }),
      put({ paused: true }, 400, { misfit: true }),
      put({ ...WHY, paused: true, more: TOO_LONG }, 413, { misfit: true }),
    ];
    for (const item of asked) {
      await drive(item);
    }
    people.mishaps.failAlways('find', new PortError('UNAVAILABLE', 'No.'));
    for (const { method, path } of WRITING) {
      const body = method === 'put' ? { ...WHY, paused: true } : WHY;
      await drive({ method, path, id: one, body, status: 503 });
    }
    // No route was left out.
    const driven = new Set(asked.map(({ path }) => path));
    expect([...driven].sort()).toEqual(WRITING.map(({ path }) => path).sort());
  });

  it("tells about the person's token where it may be given, and nowhere else", () => {
    const taking = WRITING.filter(({ method, path }) =>
      operation(method, path).parameters?.some(
        parameter =>
          parameter.in === 'header' &&
          parameter.name === 'x-ai-operator-github-token',
      ),
    );
    expect(taking.map(({ path }) => path)).toEqual([command('approve')]);
  });

  it('demands a body where a reason is needed', () => {
    const demanding = WRITING.filter(
      ({ method, path }) => operation(method, path).requestBody?.required,
    );
    expect(demanding.map(({ path }) => path).sort()).toEqual(
      [
        RESET,
        PAUSE,
        command('abort'),
        command('manual'),
        command('reset'),
      ].sort(),
    );
  });
});
