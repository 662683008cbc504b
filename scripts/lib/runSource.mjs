import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { Problem, printProblem } from './problem.mjs';
import { prepareToolchain } from './toolchain.mjs';

const TRANSFORM = '@backstage/cli/config/nodeTransform.cjs';

/** Where 1 is an answer of the program's own: what it does not catch ends it with 2. */
const CRASH_IS_TWO = join(ROOT, 'scripts', 'lib', 'crashIsTwo.cjs');

/**
 * Runs a TypeScript entry (a path from the repository's root) with the arguments
 * of this process, on a Node it works with, and passes its exit code on.
 *
 * @param {string} entry
 * @param {{failure?: 1 | 2}} options - exit code when it cannot run, crashes or
 *   is killed
 */
export async function runSource(entry, { failure = 1 } = {}) {
  try {
    process.exitCode = await spawnSource(entry, failure);
  } catch (error) {
    printProblem(error);
    process.exitCode = failure;
  }
}

async function spawnSource(entry, failure) {
  const env = await prepareToolchain({ say: line => console.error(line) });
  if (!existsSync(join(ROOT, 'node_modules', TRANSFORM))) {
    throw new Problem('The dependencies are not installed yet', {
      hint: 'npm start and npm test install them; yarn install does, too.',
    });
  }
  const child = spawn(
    'node',
    [
      // First: the transform itself may not load.
      ...(failure === 2 ? ['--require', CRASH_IS_TWO] : []),
      ...['--require', TRANSFORM, entry],
      ...process.argv.slice(2),
    ],
    { cwd: ROOT, env, stdio: 'inherit' },
  );
  // Ctrl-C reaches the child as well; it decides when all is put away.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal));
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      resolve(code ?? (signal ? failure : 0)),
    );
  });
}
