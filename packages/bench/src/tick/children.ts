import { ChildProcess, fork } from 'node:child_process';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { reportSchema, Result, resultSchema, Task } from './protocol';

/** How the sources are run without building them. */
const TRANSFORM = ['--require', '@backstage/cli/config/nodeTransform.cjs'];
function source(file: string): string {
  return resolvePackagePath('@ai-operator/bench', 'src', 'tick', file);
}

const START_TIMEOUT_MS = 120_000;
const CONTENDER_TIMEOUT_MS = 15 * 60_000;

function firstReport(
  child: ChildProcess,
  what: string,
  timeoutMs: number,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill();
      reject(new Error(`${what} said nothing within ${timeoutMs} ms`));
    }, timeoutMs);
    child.on('message', message => {
      const { success, data } = reportSchema.safeParse(message);
      if (success) {
        clearTimeout(timer);
        resolve(data.benchReport);
      }
    });
    child.once('exit', code => {
      clearTimeout(timer);
      reject(new Error(`${what} ended with code ${code} before it was done`));
    });
  });
}

/** Starts the world; `stop` ends it. */
export async function startWorldProcess(
  applications: number,
): Promise<{ url: string; stop(): void }> {
  const child = fork(source('world.ts'), [String(applications)], {
    execArgv: TRANSFORM,
  });
  const ready = await firstReport(child, 'The world', START_TIMEOUT_MS);
  return {
    url: (ready as { url: string }).url,
    stop: () => {
      child.removeAllListeners('exit');
      child.kill();
    },
  };
}

/** Runs one contender to its end. */
export async function runContender(task: Task): Promise<Result> {
  const child = fork(source('contender.ts'), [JSON.stringify(task)], {
    execArgv: ['--expose-gc', ...TRANSFORM],
  });
  return resultSchema.parse(
    await firstReport(
      child,
      `Contender ${task.contender}`,
      CONTENDER_TIMEOUT_MS,
    ),
  );
}
