import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { guard } from './guard.mjs';

const KEPT_LINES = 40;
const GRACE_MS = 8_000;

/** Keeps the last lines of a stream of text. */
export class Tail {
  #lines = [];
  #rest = '';

  add(text) {
    const parts = (this.#rest + text).split('\n');
    // A process that never ends a line must not fill the memory.
    this.#rest = (parts.pop() ?? '').slice(-4_000);
    this.#lines.push(...parts);
    this.#lines = this.#lines.slice(-KEPT_LINES);
  }

  toString() {
    return [...this.#lines, this.#rest].join('\n').trim();
  }
}

/**
 * Processes that live and die together. Each one leads its own process group,
 * so that ending it also ends whatever it started.
 */
export class Children {
  #running = new Map();
  #ending;
  #logDir;
  #onCrash;

  /**
   * @param {{logDir: string, onCrash: (crash: {name: string, how: string, lastOutput: string}) => void}} options -
   *   `onCrash` is called when one ends without having been asked to
   */
  constructor({ logDir, onCrash }) {
    this.#logDir = logDir;
    this.#onCrash = onCrash;
  }

  /** Starts one; its output goes to `<name>.log`. */
  async start(name, command, args, { cwd, env }) {
    await mkdir(this.#logDir, { recursive: true });
    if (this.#ending) {
      return;
    }
    const log = createWriteStream(join(this.#logDir, `${name}.log`));
    const tail = new Tail();
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', text => {
        log.write(text);
        tail.add(text);
      });
    }
    let resolveEnded;
    const ended = new Promise(resolve => {
      resolveEnded = resolve;
    });
    this.#running.set(name, { child, ended });
    const release = child.pid === undefined ? undefined : guard(child.pid);
    // A program that cannot be started is told of by "error" and then by "close".
    const end = how => {
      if (this.#running.get(name)?.child !== child) {
        return;
      }
      this.#running.delete(name);
      log.end();
      release?.();
      resolveEnded();
      if (!this.#ending) {
        this.#onCrash({ name, how, lastOutput: tail.toString() });
      }
    };
    child.once('error', error => end(`could not be started: ${error.message}`));
    child.once('close', (code, signal) =>
      end(signal ? `was ended by ${signal}` : `ended with code ${code}`),
    );
  }

  /** Ends them all and everything they started; resolves when they are gone. */
  async end() {
    this.#ending ??= this.#endAll();
    await this.#ending;
  }

  async #endAll() {
    const all = [...this.#running.values()];
    for (const { child } of all) {
      signalGroup(child, 'SIGTERM');
    }
    const timer = setTimeout(() => {
      for (const { child } of all) {
        signalGroup(child, 'SIGKILL');
      }
    }, GRACE_MS);
    await Promise.all(all.map(({ ended }) => ended));
    clearTimeout(timer);
    // A grandchild that outlived its parent still is in the parent's group.
    for (const { child } of all) {
      signalGroup(child, 'SIGKILL');
    }
  }
}

function signalGroup(child, signal) {
  if (child.pid === undefined) {
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') {
      throw error;
    }
  }
}
