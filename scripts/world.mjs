import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './lib/paths.mjs';
import { Problem, printProblem } from './lib/problem.mjs';
import { prepareToolchain } from './lib/toolchain.mjs';

/**
 * Runs the command line of the simulated world (packages/world/src/cli.ts) from
 * the repository's root, with a Node it works on, and passes its exit code on.
 */
async function main() {
  const env = await prepareToolchain({ say: line => console.error(line) });
  const transform = '@backstage/cli/config/nodeTransform.cjs';
  if (!existsSync(join(ROOT, 'node_modules', transform))) {
    throw new Problem('The dependencies are not installed yet', {
      hint: 'npm start and npm test install them; yarn install does, too.',
    });
  }
  const child = spawn(
    'node',
    [
      ...['--require', transform, 'packages/world/src/cli.ts'],
      ...process.argv.slice(2),
    ],
    { cwd: ROOT, env, stdio: 'inherit' },
  );
  // Ctrl-C reaches the child as well; it decides when all is put away.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal));
  }
  process.exitCode = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? (signal ? 1 : 0)));
  });
}

main().catch(error => {
  printProblem(error);
  process.exitCode = 1;
});
