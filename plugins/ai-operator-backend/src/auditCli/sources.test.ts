import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, RequestListener } from 'node:http';
import { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  mockCredentials,
  mockServices,
  TestDatabases,
} from '@backstage/backend-test-utils';
import { startServer } from '../rest/__testUtils__/server';
import { listen, writeTrail } from '../rest/__testUtils__/trail';
import { runAuditCli } from '.';
import { cli, databaseInFile, verify } from './__testUtils__/cli';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

const TOKEN = mockCredentials.user.header().replace('Bearer ', '');
const SECRET = 'hush-this-is-secret';

let open: Array<() => Promise<unknown>> = [];

afterEach(async () => {
  await Promise.all(open.map(close => close()));
  open = [];
});

async function operator(length: number, denied = false) {
  const httpAuth = mockServices.httpAuth({
    defaultCredentials: mockCredentials.none(),
  });
  const { app, db } = await startServer(databases, {
    denied,
    deps: { httpAuth },
  });
  const server = await listen(app);
  open.push(server.close);
  if (length > 0) {
    await writeTrail(db, length);
  }
  return server.url;
}

/** Something that answers at this address, and is not the operator. */
async function other(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const env = { AI_OPERATOR_TOKEN: TOKEN, OTHER: TOKEN, BAD: SECRET };

describe('ai-operator-audit with --url', () => {
  it('verifies a long trail in several requests', async () => {
    const url = await operator(45_000);
    await expect(
      verify(['--url', `${url}/`, '--token-env', 'OTHER'], { env }),
    ).resolves.toMatchObject({ code: 0, checked: 45_000, to: 45_000 });
  });

  it('calls an empty trail empty', async () => {
    const url = await operator(0);
    await expect(verify(['--url', url], { env })).resolves.toMatchObject({
      code: 0,
      checked: 0,
      because: expect.stringContaining('empty'),
    });
  });

  it.each<[string, string[], string]>([
    ['without a token', [], '--token-env'],
    ['with a token that is not one', ['--token-env', 'BAD'], 'not valid'],
  ])('could not judge %s', async (_title, args, because) => {
    const url = await operator(3);
    const found = await verify(['--url', url, ...args], {
      env: { BAD: SECRET },
    });
    expect(found).toMatchObject({
      code: 2,
      result: 'unknown',
      because: expect.stringMatching(/401/),
    });
    expect(found.because).toContain(because);
    expect(JSON.stringify(found)).not.toContain(SECRET);
  });

  it('passes on why it was refused', async () => {
    const url = await operator(3, true);
    await expect(verify(['--url', url], { env })).resolves.toMatchObject({
      code: 2,
      because: expect.stringContaining('ai-operator.read'),
    });
  });

  it.each<[string, RequestListener, string]>([
    [
      'a page',
      (_request, response) => response.end('<html>Sign in</html>'),
      'Is this the address of AI Operator',
    ],
    [
      'a redirect',
      (_request, response) =>
        response.writeHead(302, { location: 'https://login' }).end(),
      'redirect',
    ],
    [
      'an error with words that are not for a terminal',
      (_request, response) =>
        response
          .writeHead(500)
          .end('{"error":{"message":"gone \\u001b[2J wrong"}}'),
      'answered 500: gone  [2J wrong',
    ],
    [
      'half an answer',
      (_request, response) => {
        response.writeHead(200, { 'content-length': 100 }).write('{');
        setTimeout(() => response.destroy(), 50);
      },
      'failed',
    ],
  ])('could not judge %s', async (_title, listener, because) => {
    const url = await other(listener);
    const found = await verify(['--url', url], { env });
    expect(found).toMatchObject({ code: 2, result: 'unknown' });
    expect(found.because).toContain(because);
  });

  it('sends its token nowhere else', async () => {
    let seen: string | undefined;
    const elsewhere = await other((request, response) => {
      seen = request.headers.authorization ?? 'none';
      response.end();
    });
    const url = await other((_request, response) =>
      response.writeHead(307, { location: elsewhere }).end(),
    );
    await expect(verify(['--url', url], { env })).resolves.toMatchObject({
      code: 2,
    });
    expect(seen).toBeUndefined();
  });

  it('could not judge where nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    const found = await verify(['--url', `http://127.0.0.1:${port}`], { env });
    expect(found).toMatchObject({ code: 2 });
    expect(found.because).toMatch(/127\.0\.0\.1:\d+ failed: .*ECONNREFUSED/);
  });

  it('ends when it is told to', async () => {
    const end = new AbortController();
    const url = await other(() => setTimeout(() => end.abort(), 50));
    await expect(
      verify(['--url', url], { env, signal: end.signal }),
    ).resolves.toMatchObject({ code: 2, because: 'Interrupted.' });
  });

  it('exports the trail, and says when it is not whole', async () => {
    const url = await operator(1_000);
    const { code, out, err } = await cli(['export', '--url', url], { env });
    expect({ code, err }).toEqual({ code: 0, err: '1,000 entries\n' });
    expect(out.split('\n')).toHaveLength(1_001);
    const cut = await other((_request, response) => {
      response.write(out.slice(0, 50_000));
      setTimeout(() => response.destroy(), 50);
    });
    const half = await cli(['export', '--url', cut], { env });
    expect(half.code).toBe(2);
    expect(half.err).toMatch(/is not the whole trail/);
  });
});

describe('ai-operator-audit with --file', () => {
  it.each([
    ['no JSON', 'line 2 is no entry'],
    ['{"seq":1}', 'line 2 is no entry'],
    ['[]', 'line 2 is no entry'],
    [`"${'x'.repeat(9_000_000)}`, 'longer than'],
  ])('could not judge a file with %.20s', async (line, because) => {
    const url = await operator(1);
    const { out } = await cli(['export', '--url', url], { env });
    const found = await verify(['--file', '-'], { stdin: `${out}${line}\n` });
    expect(found).toMatchObject({ code: 2, result: 'unknown' });
    expect(found.because.toLowerCase()).toContain(because);
  });

  it('could not judge what is no text, or not there', async () => {
    const { close, folder, path } = await databaseInFile();
    open.push(close);
    await expect(verify(['--file', path])).resolves.toMatchObject({ code: 2 });
    await expect(
      verify(['--file', join(folder, 'nowhere.jsonl')]),
    ).resolves.toMatchObject({
      code: 2,
      because: expect.stringContaining('ENOENT'),
    });
  });
});

describe('ai-operator-audit with --database', () => {
  it('could not judge what is not there or is something else', async () => {
    const { close, folder } = await databaseInFile();
    open.push(close);
    const page = join(folder, 'page.html');
    writeFileSync(page, '<html>'.repeat(1_000));
    await expect(verify(['--database', page])).resolves.toMatchObject({
      code: 2,
      because: expect.stringContaining('not a database'),
    });
    const empty = join(folder, 'empty.sqlite');
    writeFileSync(empty, '');
    await expect(verify(['--database', empty])).resolves.toMatchObject({
      code: 2,
      because: expect.stringContaining('ai-operator'),
    });
    const { code, err } = await cli(['verify', '--database', `${empty}.no`]);
    expect(code).toBe(2);
    expect(err).toContain('no file');
  });

  it('shows no password', async () => {
    const { code, out, err } = await cli(
      ['verify', '--database-env', 'DATABASE'],
      { env: { DATABASE: `postgresql://reader:${SECRET}@127.0.0.1:9/trail` } },
    );
    expect(code).toBe(2);
    expect(out).toContain('PostgreSQL at 127.0.0.1:9/trail');
    expect(out + err).not.toContain(SECRET);
  });

  it('writes nothing', async () => {
    const { close, db, path } = await databaseInFile();
    open.push(close);
    await writeTrail(db, 10);
    // A second connection that only reads works beside a writer.
    await db.knex.transaction(async tx => {
      await tx('audit').first();
      await expect(verify(['--database', path])).resolves.toMatchObject({
        code: 0,
        checked: 10,
      });
    });
  });
});

describe('ai-operator-audit as a process', () => {
  const root = join(__dirname, '..', '..', '..', '..');

  function start(args: string[]) {
    const child = spawn(
      process.execPath,
      [
        '--require',
        '@backstage/cli/config/nodeTransform.cjs',
        'plugins/ai-operator-backend/src/auditCli/cli.ts',
        ...args,
      ],
      { cwd: root, env: { ...process.env, ...env } },
    );
    return {
      child,
      out: text(child.stdout),
      err: text(child.stderr),
      exit: once(child, 'exit'),
    };
  }

  it('is what the published package runs', () => {
    const folder = join(__dirname, '..', '..');
    const { bin, files } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    );
    const path = bin['ai-operator-audit'];
    expect(files).toContain(path.split('/')[0]);
    const script = readFileSync(join(folder, path), 'utf8');
    // The build keeps the modules of src under these names.
    expect(script).toContain("'dist', 'auditCli', 'main.cjs.js'");
    expect(script).toContain(`.${runAuditCli.name}()`);
    expect(script.startsWith('#!/usr/bin/env node\n')).toBe(true);
  });

  it('exits with the code of its verdict', async () => {
    const { child, out, exit } = start(['verify', '--file', '-']);
    child.stdin.end('');
    expect(await exit).toEqual([2, null]);
    expect(await out).toContain('COULD NOT JUDGE');
  });

  it('ends with Ctrl-C, and says so', async () => {
    let asked: () => void;
    const isAsked = new Promise<void>(resolve => {
      asked = resolve;
    });
    const url = await other(() => asked());
    const { child, out, exit } = start(['verify', '--url', url]);
    await isAsked;
    child.kill('SIGINT');
    expect(await exit).toEqual([2, null]);
    expect(await out).toContain('Interrupted.');
  });
});
