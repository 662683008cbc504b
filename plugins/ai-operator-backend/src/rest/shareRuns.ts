import { Clock } from '../ports';

/**
 * Whoever asks while a run is under way shares it, and one that ended less than
 * `maxAgeMs` ago is used again; so that however many people look, the systems
 * behind are asked once. A failed run is not kept.
 */
export function shareRuns<T>(
  run: () => Promise<T>,
  clock: Clock,
  maxAgeMs: number,
): () => Promise<T> {
  let latest: { result: Promise<T>; endedAt?: number } | undefined;

  function start(): Promise<T> {
    const begun: { result: Promise<T>; endedAt?: number } = { result: run() };
    latest = begun;
    begun.result.then(
      () => {
        begun.endedAt = clock.now();
      },
      () => {
        latest = undefined;
      },
    );
    return begun.result;
  }

  return async () => {
    const isUsable =
      latest !== undefined &&
      (latest.endedAt === undefined || clock.now() - latest.endedAt < maxAgeMs);
    return latest !== undefined && isUsable ? latest.result : start();
  };
}
