import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { gitEnvironment } from './run';
import { type ObjectType } from './types';

/** An object of the repository. */
export interface GitObject {
  sha: string;
  type: ObjectType;
  size: number;
  content: Buffer;
}

interface Pending {
  withContent: boolean;
  resolve(object: GitObject | undefined): void;
  reject(error: Error): void;
}

const MAX_OPEN = 16;
const open = new Set<ObjectReader>();

/**
 * Reads objects through one long-lived `git cat-file`, so that reading a
 * commit or a file costs no process. It starts when first asked; of all
 * repositories the {@link MAX_OPEN} last used ones keep theirs.
 */
export class ObjectReader {
  readonly #dir: string;
  #child: ChildProcessWithoutNullStreams | undefined;
  #pending: Pending[] = [];
  #buffer: Buffer = Buffer.alloc(0);

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** The object `name` (any name git understands), or undefined when there is none. */
  read(name: string): Promise<GitObject | undefined> {
    return this.#ask('contents', name);
  }

  /** Like {@link read} without content. */
  info(name: string): Promise<GitObject | undefined> {
    return this.#ask('info', name);
  }

  /** Ends the process. The reader starts a new one if asked again. */
  async close(): Promise<void> {
    const child = this.#child;
    open.delete(this);
    this.#child = undefined;
    if (!child) {
      return;
    }
    await new Promise<void>(resolve => {
      child.once('close', () => resolve());
      child.stdin.end();
    });
  }

  #ask(command: 'contents' | 'info', name: string) {
    if (name === '' || /[\n\0]/.test(name)) {
      return Promise.resolve(undefined);
    }
    return new Promise<GitObject | undefined>((resolve, reject) => {
      const child = this.#start();
      this.#pending.push({
        withContent: command === 'contents',
        resolve,
        reject,
      });
      child.stdin.write(`${command} ${name}\n`);
    });
  }

  #start(): ChildProcessWithoutNullStreams {
    open.delete(this);
    open.add(this);
    if (this.#child) {
      return this.#child;
    }
    for (const reader of open) {
      if (open.size <= MAX_OPEN) {
        break;
      }
      if (reader !== this && reader.#pending.length === 0) {
        void reader.close();
      }
    }
    const child = spawn('git', ['cat-file', '--batch-command'], {
      cwd: this.#dir,
      env: gitEnvironment(),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.#buffer = Buffer.alloc(0);
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => this.#receive(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString()).slice(-2048);
    });
    const fail = (cause?: Error) => {
      if (this.#child !== child) {
        return;
      }
      this.#child = undefined;
      open.delete(this);
      const pending = this.#pending;
      this.#pending = [];
      for (const waiter of pending) {
        waiter.reject(
          new Error(
            `git cat-file in ${this.#dir} ended unexpectedly: ${stderr.trim()}`,
            { cause },
          ),
        );
      }
    };
    child.stdin.on('error', fail);
    child.on('error', fail);
    child.on('close', () => fail());
    return child;
  }

  #receive(chunk: Buffer) {
    this.#buffer = this.#buffer.length
      ? Buffer.concat([this.#buffer, chunk])
      : chunk;
    for (;;) {
      const waiter = this.#pending[0];
      const lineEnd = this.#buffer.indexOf(10);
      if (!waiter || lineEnd < 0) {
        return;
      }
      const header = this.#buffer.toString('utf8', 0, lineEnd);
      const match = /^([0-9a-f]{40,64}) (blob|tree|commit|tag) (\d+)$/.exec(
        header,
      );
      if (!match) {
        this.#buffer = this.#buffer.subarray(lineEnd + 1);
        this.#pending.shift();
        waiter.resolve(undefined);
        continue;
      }
      const size = Number(match[3]);
      const start = lineEnd + 1;
      const end = waiter.withContent ? start + size : start;
      if (waiter.withContent && this.#buffer.length < end + 1) {
        return;
      }
      const content = waiter.withContent
        ? Buffer.from(this.#buffer.subarray(start, end))
        : Buffer.alloc(0);
      this.#buffer = this.#buffer.subarray(waiter.withContent ? end + 1 : end);
      this.#pending.shift();
      waiter.resolve({
        sha: match[1],
        type: match[2] as ObjectType,
        size,
        content,
      });
    }
  }
}
