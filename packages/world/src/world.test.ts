import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEMO_ACCESS } from './credentials';
import { startTestWorld } from './testing/testWorld';

const ROOT = join(__dirname, '../../..');

it('shows people what is here, whatever the names contain', async () => {
  const test = await startTestWorld();
  try {
    test.world.control.fault({
      system: 'argocd',
      kind: 'status',
      count: 1,
      service: '<script>',
    });
    const page = await test.ask('/');
    expect(page.status).toBe(200);
    expect(page.text).toContain('payment-service');
    expect(page.text).toContain('/argocd/staging/api/v1/applications');
    expect(page.text).not.toContain('<script>');
  } finally {
    await test.stop();
  }
});

it('has a repository for incidents, where issues can be opened', async () => {
  const test = await startTestWorld();
  try {
    const issues = '/api/v3/repos/my-org/operations/issues';
    const headers = {
      authorization: `Bearer ${DEMO_ACCESS.github.operatorToken}`,
      'content-type': 'application/json',
    };
    const opened = await test.ask(issues, {
      method: 'POST',
      headers,
      body: JSON.stringify({ title: 'Look', body: 'Now', labels: ['urgent'] }),
    });
    expect(opened.status).toBe(201);
    expect(opened.body).toMatchObject({ number: 1, title: 'Look' });
    const page = await test.ask('/my-org/operations');
    expect(page.text).toContain('Incidents: what happened');
  } finally {
    await test.stop();
  }
});

it('tells everybody its own time', async () => {
  const test = await startTestWorld();
  try {
    await test.clock.advance(90_000);
    for (const path of [
      '/argocd/staging/api/version',
      '/kubernetes/staging/version',
      '/api/v3/rate_limit',
      '/prometheus/-/healthy',
      '/slack',
      '/world/pager',
      '/nothing/here',
    ]) {
      const { headers } = await test.ask(path);
      expect(headers.get('date')).toBe('Fri, 27 Feb 2026 10:29:30 GMT');
    }
  } finally {
    await test.stop();
  }
});

it('shows people whom it woke up, and leads them to Slack', async () => {
  const test = await startTestWorld();
  try {
    expect((await test.ask('/')).text).toContain('nobody was woken up');
    const { slack, pager } = DEMO_ACCESS;
    const posted = await test.ask('/slack/api/chat.postMessage', {
      method: 'POST',
      headers: {
        authorization: `Bearer ${slack.botToken}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ channel: '#oncall', text: 'Look at this' }),
    });
    expect(posted.body.ok).toBe(true);
    const paged = await test.ask('/pager/webhook', {
      method: 'POST',
      headers: {
        authorization: `Bearer ${pager.token}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({
        event: 'ai-operator.page',
        dedup_key: 'one',
        summary: 'Nobody <answers>',
        severity: 'critical',
        application: 'payment-service',
        environment: 'production',
        link: 'http://localhost:3000/ai-operator',
        details: '',
        sent_at: '2026-02-27T10:28:00.000Z',
      }),
    });
    expect(paged.status).toBe(202);
    const page = await test.ask('/');
    expect(page.text).toContain('1 woken up');
    expect(page.text).toContain('Nobody &lt;answers&gt;');
    expect(page.text).toContain('href="/slack"');
    expect((await test.ask('/slack')).text).toContain('Look at this');
    expect((await test.ask('/world/pager')).body.incidents).toHaveLength(1);
    expect(
      (await test.ask('/world/slack')).body.channels[0].messages,
    ).toMatchObject([{ text: 'Look at this' }]);
    expect(test.world.control.log().map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['slack.posted', 'pager.paged']),
    );
  } finally {
    await test.stop();
  }
});

it('listens where it is told and frees the port again', async () => {
  const test = await startTestWorld();
  try {
    const second = await test.world.listen(0);
    expect((await fetch(`${second.url}/world/status`)).status).toBe(200);
    const { port } = new URL(second.url);
    await expect(test.world.listen(Number(port))).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    await second.close();
    const third = await test.world.listen(Number(port));
    expect(third.url).toBe(second.url);
  } finally {
    await test.stop();
  }
});

it('is a process that says when it is ready and ends cleanly', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'world-process-'));
  const child = spawn(
    process.execPath,
    [
      ...['--require', '@backstage/cli/config/nodeTransform.cjs'],
      ...['packages/world/src/cli.ts', 'serve', '--port', '0'],
      ...['--data', dataDir],
    ],
    { cwd: ROOT, env: { ...process.env, NODE_OPTIONS: '' } },
  );
  try {
    const ended = new Promise<number | null>(resolve =>
      child.once('exit', resolve),
    );
    const line = await new Promise<string>((resolve, reject) => {
      let out = '';
      let err = '';
      child.stdout.on('data', chunk => {
        out += chunk;
        if (out.includes('\n')) {
          resolve(out.split('\n')[0]);
        }
      });
      child.stderr.on('data', chunk => {
        err += chunk;
      });
      child.once('exit', code => reject(new Error(`Ended (${code}): ${err}`)));
    });
    const ready = JSON.parse(line);
    expect(ready).toEqual({
      event: 'ready',
      url: expect.stringMatching(/^http:\/\/localhost:\d+$/),
      pid: child.pid,
    });
    const status = await (await fetch(`${ready.url}/world/status`)).json();
    expect(status.baseUrl).toBe(ready.url);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  } finally {
    child.kill('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  }
}, 60_000);
