import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Children, Tail } from '../lib/children.mjs';
import { waitUntilAnswers } from '../lib/http.mjs';
import { choosePorts, freePort, isFree } from '../lib/ports.mjs';
import { servePortal } from '../lib/portal.mjs';
import { run } from '../lib/testing/run.mjs';

let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ai-operator-scripts-'));
});
after(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function listen(server, port = 0, host = '127.0.0.1') {
  await new Promise(resolve => server.listen(port, host, resolve));
  return server.address().port;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code !== 'ESRCH';
  }
}

async function eventually(condition) {
  for (let attempt = 0; attempt < 100; attempt++) {
    const value = await condition();
    if (value) {
      return value;
    }
    await sleep(50);
  }
  throw new Error('It did not come true within 5 s');
}

/** Prints the pid of a grandchild that ignores SIGTERM, then waits. */
const STUBBORN_PARENT = `
  const { spawn } = require('node:child_process');
  const child = spawn(process.execPath, ['-e', "process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000)"], { stdio: ['ignore', 'pipe', 'ignore'] });
  child.stdout.once('data', () => console.log('grandchild ' + child.pid));
  setInterval(() => {}, 1000);
`;

describe('Tail', () => {
  test('keeps the last 40 lines and the unfinished one', () => {
    const tail = new Tail();
    for (let i = 1; i <= 100; i++) {
      tail.add(`line ${i}\n`);
    }
    tail.add('unfini');
    tail.add('shed');
    const lines = tail.toString().split('\n');
    assert.equal(lines.length, 41);
    assert.equal(lines[0], 'line 61');
    assert.equal(lines.at(-1), 'unfinished');
  });

  test('does not grow on a line that never ends', () => {
    const tail = new Tail();
    for (let i = 0; i < 100; i++) {
      tail.add('x'.repeat(1_000));
    }
    assert.ok(tail.toString().length <= 4_000);
  });
});

describe('Children', () => {
  const children = onCrash => new Children({ logDir: folder, onCrash });
  const place = { cwd: tmpdir(), env: process.env };

  test('tells of a crash with its last output, and writes the log', async () => {
    const crashes = [];
    const group = children(crash => crashes.push(crash));
    await group.start(
      'unlucky',
      process.execPath,
      [
        '-e',
        `console.log('so far'); console.error('no more'); process.exit(3)`,
      ],
      place,
    );
    await eventually(() => crashes.length > 0);
    assert.equal(crashes[0].name, 'unlucky');
    assert.match(crashes[0].how, /code 3/);
    assert.match(crashes[0].lastOutput, /so far/);
    assert.match(crashes[0].lastOutput, /no more/);
    await eventually(async () =>
      (await readFile(join(folder, 'unlucky.log'), 'utf8')).includes('no more'),
    );
    await group.end();
  });

  test('tells of a program that does not exist', async () => {
    const crashes = [];
    const group = children(crash => crashes.push(crash));
    await group.start('missing', join(folder, 'no-such-program'), [], place);
    await eventually(() => crashes.length > 0);
    assert.match(crashes[0].how, /could not be started/);
    assert.equal(crashes.length, 1);
    await group.end();
  });

  test('ends children, and grandchildren that will not go', async () => {
    const crashes = [];
    const group = children(crash => crashes.push(crash));
    await group.start(
      'parent',
      process.execPath,
      ['-e', STUBBORN_PARENT],
      place,
    );
    const pid = await eventually(async () => {
      const log = await readFile(join(folder, 'parent.log'), 'utf8').catch(
        () => '',
      );
      return Number(/grandchild (\d+)/.exec(log)?.[1]);
    });
    assert.ok(isAlive(pid));
    await group.end();
    await eventually(() => !isAlive(pid));
    assert.deepEqual(crashes, []);
  });

  test('starts nothing after the end', async () => {
    const group = children(() => assert.fail('nothing should have run'));
    await group.end();
    await group.start(
      'late',
      process.execPath,
      ['-e', 'process.exit(1)'],
      place,
    );
    await sleep(200);
  });
});

test('nothing outlives a script that was killed', async () => {
  const script = `
    import { Children } from ${JSON.stringify(
      new URL('../lib/children.mjs', import.meta.url).href,
    )};
    const group = new Children({ logDir: ${JSON.stringify(
      folder,
    )}, onCrash() {} });
    await group.start('orphan', process.execPath, ['-e', ${JSON.stringify(
      STUBBORN_PARENT,
    )}], { cwd: '/', env: process.env });
    setInterval(() => {}, 1000);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: 'ignore',
  });
  const pid = await eventually(async () => {
    const log = await readFile(join(folder, 'orphan.log'), 'utf8').catch(
      () => '',
    );
    return Number(/grandchild (\d+)/.exec(log)?.[1]);
  });
  assert.ok(isAlive(pid));
  child.kill('SIGKILL');
  await eventually(() => !isAlive(pid));
});

describe('run', () => {
  const options = { cwd: tmpdir(), env: process.env, timeoutMs: 20_000 };

  test('tells success, failure and output', async () => {
    const good = await run(process.execPath, ['-p', '1 + 1'], options);
    assert.deepEqual([good.ok, good.output], [true, '2\n']);
    const bad = await run(process.execPath, ['-e', 'process.exit(4)'], options);
    assert.equal(bad.ok, false);
    assert.match(bad.how, /code 4/);
    const none = await run(join(folder, 'no-such-program'), [], options);
    assert.equal(none.ok, false);
    assert.match(none.how, /could not be started/);
  });

  test('ends what takes too long, and what it left behind', async () => {
    const result = await run(process.execPath, ['-e', STUBBORN_PARENT], {
      ...options,
      timeoutMs: 1_500,
    });
    assert.equal(result.ok, false);
    assert.match(result.how, /longer than/);
    const pid = Number(/grandchild (\d+)/.exec(result.output)?.[1]);
    assert.ok(pid > 0, result.output);
    await eventually(() => !isAlive(pid));
  });
});

describe('ports', () => {
  test('a taken port moves to the next free one, and says so', async () => {
    const server = createServer();
    const taken = await listen(server);
    try {
      assert.equal(await isFree(taken), false);
      const { ports, moved } = await choosePorts({ portal: taken });
      assert.ok(ports.portal > taken);
      assert.equal(moved.length, 1);
      assert.match(moved[0], new RegExp(`${taken}.*portal.*${ports.portal}`));
    } finally {
      server.close();
    }
  });

  test('a port taken on the other loopback address counts as taken', async t => {
    const server = createServer();
    let taken;
    try {
      taken = await new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(0, '::1', () => resolve(server.address().port));
      });
    } catch {
      t.skip('this machine has no IPv6');
      return;
    }
    assert.equal(await isFree(taken), false);
    server.close();
  });

  test('two names never get the same port', async () => {
    const port = await freePort();
    const { ports } = await choosePorts({ portal: port, world: port });
    assert.notEqual(ports.portal, ports.world);
  });

  test('a free port is taken as it is', async () => {
    const port = await freePort();
    assert.deepEqual(await choosePorts({ world: port }), {
      ports: { world: port },
      moved: [],
    });
  });
});

describe('waitUntilAnswers', () => {
  test('waits through refusals and errors until there is a 2xx', async () => {
    const port = await freePort();
    let asked = 0;
    const server = createServer((_request, response) => {
      asked += 1;
      response.writeHead(asked < 3 ? 503 : 200);
      response.end();
    });
    setTimeout(() => server.listen(port, '127.0.0.1'), 300);
    await waitUntilAnswers({
      name: 'thing',
      url: `http://127.0.0.1:${port}`,
      timeoutMs: 10_000,
    });
    assert.equal(asked, 3);
    server.close();
  });

  test('gives up after its time, naming the last answer', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(500);
      response.end();
    });
    const port = await listen(server);
    await assert.rejects(
      waitUntilAnswers({
        name: 'thing',
        url: `http://127.0.0.1:${port}`,
        timeoutMs: 600,
      }),
      { name: 'Problem', message: /thing.*HTTP 500/ },
    );
    server.close();
  });

  test('gives up when told to', async () => {
    const port = await freePort();
    const giveUp = new AbortController();
    const waiting = waitUntilAnswers({
      name: 'thing',
      url: `http://127.0.0.1:${port}`,
      timeoutMs: 60_000,
      signal: giveUp.signal,
    });
    giveUp.abort();
    await assert.rejects(waiting, { name: 'AbortError' });
  });
});

describe('servePortal', () => {
  test('passes requests and answers on, and says when the backend is gone', async () => {
    const backend = createServer((request, response) => {
      let body = '';
      request.on('data', chunk => (body += chunk));
      request.on('end', () => {
        response.writeHead(201, { 'x-seen': request.headers['x-asked'] });
        response.end(`${request.method} ${request.url} ${body}`);
      });
    });
    await new Promise(resolve => backend.listen(0, 'localhost', resolve));
    const port = await freePort();
    const portal = await servePortal({
      port,
      backendPort: backend.address().port,
    });
    const url = `http://localhost:${port}/catalog?x=1`;
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'x-asked': 'yes' },
      body: 'hello',
    });
    assert.equal(answer.status, 201);
    assert.equal(answer.headers.get('x-seen'), 'yes');
    assert.equal(await answer.text(), 'POST /catalog?x=1 hello');

    backend.closeAllConnections();
    await new Promise(resolve => backend.close(resolve));
    const gone = await fetch(url);
    assert.equal(gone.status, 502);
    assert.match(await gone.text(), /backend does not answer/);
    await portal.close();
  });
});
