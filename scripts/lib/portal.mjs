import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { createServer, request } from 'node:http';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Tail } from './children.mjs';
import { ROOT } from './paths.mjs';
import { Problem } from './problem.mjs';

const APP = join(ROOT, 'packages', 'app');
const STAMP = join(APP, 'dist', '.built-from');

/** Whatever ends up in the bundle, or decides how it is made. */
const SOURCES = [
  'yarn.lock',
  'packages/app/package.json',
  'packages/app/public',
  'packages/app/src',
  'plugins/ai-operator/package.json',
  'plugins/ai-operator/config.d.ts',
  'plugins/ai-operator/src',
  'plugins/ai-operator-backend/config.d.ts',
  'plugins/ai-operator-common/src',
];

async function fingerprint() {
  const hash = createHash('sha256');
  async function add(path) {
    let entries;
    try {
      entries = await readdir(path, { withFileTypes: true });
    } catch (error) {
      if (error.code === 'ENOENT') {
        return;
      }
      if (error.code !== 'ENOTDIR') {
        throw error;
      }
      hash.update(`\0${relative(ROOT, path)}\0`);
      hash.update(await readFile(path));
      return;
    }
    for (const name of entries.map(entry => entry.name).sort()) {
      await add(join(path, name));
    }
  }
  for (const source of SOURCES) {
    await add(join(ROOT, source));
  }
  return hash.digest('hex');
}

/**
 * Builds the portal, unless the one that lies there was built from these very
 * sources. About ten seconds, and 800 MB less than a bundler that stays.
 *
 * @param {{env: NodeJS.ProcessEnv, signal?: AbortSignal, onBuild?: () => void}} options - `onBuild`: called when there is something to do
 */
export async function buildPortal({ env, signal, onBuild }) {
  const current = await fingerprint();
  if ((await readFile(STAMP, 'utf8').catch(() => undefined)) === current) {
    return;
  }
  onBuild?.();
  await rm(STAMP, { force: true });
  const tail = new Tail();
  const child = spawn(
    'node',
    [
      join(ROOT, 'node_modules', '.bin', 'backstage-cli'),
      ...['package', 'build', '--config', join(ROOT, 'app-config.yaml')],
    ],
    { cwd: APP, env, stdio: ['ignore', 'pipe', 'pipe'], signal },
  );
  child.stdout.on('data', chunk => tail.add(String(chunk)));
  child.stderr.on('data', chunk => tail.add(String(chunk)));
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) {
    throw new Problem(`The portal could not be built:\n${tail}`);
  }
  await writeFile(STAMP, current);
}

/**
 * Serves the portal at its own address: the backend has the built files and
 * puts the configuration into them, this passes them on.
 *
 * @param {{port: number, backendPort: number}} options
 * @returns {Promise<{close: () => Promise<void>}>}
 */
export async function servePortal({ port, backendPort }) {
  const server = createServer((incoming, outgoing) => {
    const forwarded = request(
      {
        host: 'localhost',
        port: backendPort,
        method: incoming.method,
        path: incoming.url,
        headers: incoming.headers,
      },
      response => {
        outgoing.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(outgoing);
        // Half an answer must look like a broken one.
        response.once('error', error => outgoing.destroy(error));
      },
    );
    forwarded.once('error', error => {
      if (outgoing.headersSent) {
        outgoing.destroy(error);
        return;
      }
      outgoing.writeHead(502, { 'content-type': 'text/plain' });
      outgoing.end(
        `The backend does not answer on port ${backendPort} (${
          error.code ?? error.message
        }).\n`,
      );
    });
    outgoing.once('close', () => forwarded.destroy());
    incoming.pipe(forwarded);
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: 'localhost' }, resolve);
  });
  return {
    async close() {
      const closed = new Promise(resolve => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
