import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
