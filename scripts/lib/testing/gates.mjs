import { ROOT } from '../paths.mjs';
import { gateResult } from './result.mjs';
import { GATES } from './kinds.mjs';
import { run } from './run.mjs';

const TIMEOUT_MS = 6 * 60_000;

/**
 * Runs the jobs, at most `limit` side by side, each one after the job it names
 * in `after`, if that one is among them.
 *
 * @param {{name: string, after?: string, run: () => Promise<void>}[]} jobs
 * @param {number} limit
 */
export async function sideBySide(jobs, limit) {
  const waiting = [...jobs];
  const done = new Set();
  const names = new Set(jobs.map(({ name }) => name));
  const underWay = new Set();
  while (waiting.length > 0 || underWay.size > 0) {
    const index = waiting.findIndex(
      ({ after }) =>
        after === undefined || !names.has(after) || done.has(after),
    );
    if (index >= 0 && underWay.size < limit) {
      const [job] = waiting.splice(index, 1);
      const promise = job.run().then(() => {
        done.add(job.name);
        underWay.delete(promise);
      });
      underWay.add(promise);
    } else if (underWay.size > 0) {
      await Promise.race(underWay);
    } else {
      throw new Error(`Nothing can go first: ${[...names].join(', ')}`);
    }
  }
}

/** Runs one of {@link GATES}. */
export async function runGate(kind, env) {
  const { title, script } = GATES[kind];
  return gateResult(
    title,
    await run('yarn', ['run', ...script], {
      cwd: ROOT,
      env,
      timeoutMs: TIMEOUT_MS,
    }),
  );
}
