export interface BackoffPolicy {
  /** Normal distance of two looks, ms. */
  interval: number;
  /** Failed looks in a row after which looks become rarer. */
  failures: number;
  /** Longest distance, ms. */
  max: number;
}

/** How long to leave an instance alone after its last look: doubled with every failure from the limit on (SPEC §2). */
export function pauseAfter(
  consecutiveFailures: number,
  { interval, failures, max }: BackoffPolicy,
): number {
  const beyond = consecutiveFailures - failures + 1;
  return beyond <= 0 ? 0 : Math.min(max, interval * 2 ** Math.min(beyond, 30));
}
