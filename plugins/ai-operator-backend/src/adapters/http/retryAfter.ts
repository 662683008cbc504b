/** Header access shared by fetch's `Headers` and Octokit's plain objects. */
export type ReadHeader = (name: string) => string | undefined;

/**
 * When the other side said to come back, ms epoch. Understands `Retry-After` in
 * seconds or as a date, and GitHub's `x-ratelimit-reset` when nothing is left.
 */
export function readRetryAt(
  header: ReadHeader,
  now: number,
): number | undefined {
  const after = header('retry-after')?.trim();
  if (after) {
    if (/^\d+(\.\d+)?$/.test(after)) {
      return now + Number(after) * 1000;
    }
    const date = Date.parse(after);
    if (Number.isFinite(date)) {
      return Math.max(date, now);
    }
  }
  if (header('x-ratelimit-remaining')?.trim() === '0') {
    const reset = Number(header('x-ratelimit-reset'));
    if (Number.isFinite(reset) && reset > 0) {
      return Math.max(reset * 1000, now);
    }
  }
  return undefined;
}
