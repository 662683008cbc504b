/**
 * Of items that each have a place, the indices of those that keep their order
 * and weigh most together: what was moved is the rest. Quadratic in their number.
 */
export function heaviestRising(
  items: ReadonlyArray<{ place: number; weight: number }>,
): Set<number> {
  const best: Array<{ weight: number; before?: number }> = [];
  let end: number | undefined;
  items.forEach(({ place, weight }, index) => {
    let chosen: { weight: number; before?: number } = { weight };
    for (let before = 0; before < index; before += 1) {
      const together = best[before].weight + weight;
      if (items[before].place < place && together > chosen.weight) {
        chosen = { weight: together, before };
      }
    }
    best.push(chosen);
    if (end === undefined || chosen.weight > best[end].weight) {
      end = index;
    }
  });
  const rising = new Set<number>();
  for (let index = end; index !== undefined; index = best[index].before) {
    rising.add(index);
  }
  return rising;
}
