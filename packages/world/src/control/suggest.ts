/** Suggestions given at most. */
const LIMIT = 3;

/** The names nearest to a mistyped one, best first. */
export function nearestNames(
  typed: string,
  names: readonly string[],
): string[] {
  return [...new Set(names)]
    .map(name => ({ name, distance: distanceBetween(typed, name) }))
    .filter(
      ({ name, distance }) =>
        name.includes(typed) || distance <= Math.max(2, typed.length / 3),
    )
    .sort((a, b) => a.distance - b.distance)
    .slice(0, LIMIT)
    .map(({ name }) => name);
}

/** How many letters must be added, left out or changed. */
function distanceBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next[j] = Math.min(
        row[j] + 1,
        next[j - 1] + 1,
        row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
    }
    row = next;
  }
  return row[b.length];
}
