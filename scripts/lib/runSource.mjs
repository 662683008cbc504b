import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { Problem, printProblem } from './problem.mjs';
import { prepareToolchain } from './toolchain.mjs';

const TRANSFORM = '@backstage/cli/config/nodeTransform.cjs';

/**
 * Runs a TypeScript entry (a path from the repository's root) with the arguments
 * of this process, on a Node it works with, and passes its exit code on.
 */
export async function runSource(entry) {
  try {
    process.exitCode = await spawnSource(entry);
  } catch (error) {
    printProblem(error);
    process.exitCode = 1;
  }
}

async function spawnSource(entry) {
  const env = await prepareToolchain({ say: line => console.error(line) });
  if (!existsSync(join(ROOT, 'node_modules', TRANSFORM))) {
    throw new Problem('The dependencies are not installed yet', {
      hint: 'npm start and npm test install them; yarn install does, too.',
    });
  }
  const child = spawn(
    'node',
    ['--require', TRANSFORM, entry, ...process.argv.slice(2)],
    { cwd: ROOT, env, stdio: 'inherit' },
  );
  // Ctrl-C reaches the child as well; it decides when all is put away.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal));
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? (signal ? 1 : 0)));
  });
}
