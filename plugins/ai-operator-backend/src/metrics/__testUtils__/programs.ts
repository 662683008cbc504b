import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const TIMEOUT_MS = 20_000;

/** Path of a program, or undefined where it is not installed. */
export function findProgram(name: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map(folder => join(folder, name))
    .find(path => existsSync(path));
}

/** Runs a program to its end; what it printed, and whether it was content. */
export function runProgram(
  path: string,
  args: string[],
  options: { cwd?: string } = {},
): Promise<{ ok: boolean; output: string }> {
  return new Promise(resolve => {
    execFile(
      path,
      args,
      { ...options, timeout: TIMEOUT_MS, maxBuffer: 4 * 1024 * 1024 },
      (error, stdout, stderr) =>
        resolve({ ok: error === null, output: `${stdout}${stderr}` }),
    );
  });
}
