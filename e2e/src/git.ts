import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs git with its arguments and answers its output without the last newline. */
export type Git = (...args: string[]) => Promise<string>;

/** A fresh clone over HTTP, as a developer would make one; it is removed afterwards. */
export async function inClone<T>(
  url: string,
  branch: string,
  work: (git: Git) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'ai-operator-clone-'));
  try {
    await run('git', ['clone', '--quiet', '--branch', branch, url, folder]);
    return await work(async (...args) => {
      const { stdout } = await run('git', args, { cwd: folder });
      return stdout.trimEnd();
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
