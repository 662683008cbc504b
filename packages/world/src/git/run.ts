import { spawn } from 'node:child_process';

/** Output no git command of ours comes near; a bigger one is a mistake. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
const TIMEOUT_MS = 60_000;
const MAX_PARALLEL = 8;

/** What a git command answered. */
export interface GitOutput {
  code: number;
  stdout: Buffer;
  stderr: string;
}

export interface GitRunOptions {
  input?: string | Buffer;
  env?: Record<string, string>;
  /** Exit codes that are answers. Default `[0]`. */
  accept?: number[];
}

/** A git command ended with an exit code that is no answer. */
export class GitError extends Error {
  readonly code: number;
  readonly stderr: string;

  constructor(dir: string, args: string[], code: number, stderr: string) {
    super(
      `git ${args[0]} in ${dir} ended with code ${code}: ${
        stderr.trim() || 'no message'
      }`,
    );
    this.name = 'GitError';
    this.code = code;
    this.stderr = stderr;
  }
}

/**
 * The environment of every git process: no configuration of the machine or
 * its user, no prompts, English messages, and no ownership check (the world
 * may run as root over folders of somebody else).
 */
export function gitEnvironment(): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: '/nonexistent',
    LC_ALL: 'C',
    TZ: 'UTC',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: 'safe.directory',
    GIT_CONFIG_VALUE_0: '*',
    GIT_CONFIG_KEY_1: 'core.quotePath',
    GIT_CONFIG_VALUE_1: 'false',
  };
}

let running = 0;
const waiting: Array<() => void> = [];

async function slot(): Promise<void> {
  if (running < MAX_PARALLEL) {
    running += 1;
    return;
  }
  await new Promise<void>(resolve => waiting.push(resolve));
}

function release() {
  const next = waiting.shift();
  if (next) {
    next();
  } else {
    running -= 1;
  }
}

/**
 * Runs git in a repository and collects its output.
 *
 * @throws GitError when the exit code is not one of `accept`
 */
export async function runGit(
  dir: string,
  args: string[],
  options: GitRunOptions = {},
): Promise<GitOutput> {
  await slot();
  try {
    const output = await collect(dir, args, options);
    if (!(options.accept ?? [0]).includes(output.code)) {
      throw new GitError(dir, args, output.code, output.stderr);
    }
    return output;
  } finally {
    release();
  }
}

function collect(
  dir: string,
  args: string[],
  options: GitRunOptions,
): Promise<GitOutput> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, {
      cwd: dir,
      env: { ...gitEnvironment(), ...options.env },
      timeout: TIMEOUT_MS,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const stdout: Buffer[] = [];
    let bytes = 0;
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_OUTPUT_BYTES) {
        child.kill();
        return;
      }
      stdout.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString()).slice(0, 4096);
    });
    child.on('error', cause =>
      reject(new Error(`git could not be started in ${dir}`, { cause })),
    );
    child.on('close', (code, signal) =>
      resolve({
        code: code ?? -1,
        stdout: Buffer.concat(stdout),
        stderr: signal ? `${stderr}\nended by ${signal}` : stderr,
      }),
    );
    // A command that needs no more input closes its end early; its exit code tells.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input);
  });
}
