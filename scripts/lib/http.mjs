import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from './problem.mjs';

/**
 * Waits until a GET answers with a 2xx.
 *
 * @param {{name: string, url: string, timeoutMs: number, signal?: AbortSignal}} options - `signal` gives up early
 */
export async function waitUntilAnswers({ name, url, timeoutMs, signal }) {
  const deadline = Date.now() + timeoutMs;
  let last = 'no answer';
  while (Date.now() < deadline) {
    signal?.throwIfAborted();
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
      await response.arrayBuffer();
      if (response.ok) {
        return;
      }
      last = `HTTP ${response.status}`;
    } catch (error) {
      last = error.cause?.code ?? error.message;
    }
    await sleep(250, undefined, { signal });
  }
  throw new Problem(
    `The ${name} did not answer on ${url} within ${Math.round(
      timeoutMs / 1000,
    )} s (last: ${last})`,
  );
}
