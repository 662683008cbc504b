import { ChainBounds, ChainRun } from './chainRuns';

export interface TrueOrder {
  /** Runs in the order in which they were written; those that belong nowhere are left out. */
  order: ChainRun[];
  /** Runs of these that were written after something that is not there. */
  cut: Set<ChainRun>;
  /** The run that ends with the newest entry; absent when none does or it is not known. */
  headRun?: ChainRun;
}

/**
 * Follows the chain back from its end: every entry names the one it was written
 * after, so what was put in between is passed by. Where the entry that is named
 * is not there, the way goes on with what stands before.
 */
export function trueOrder(
  runs: readonly ChainRun[],
  { after, head }: ChainBounds,
): TrueOrder {
  const byEnd = new Map<string, ChainRun[]>();
  for (const run of runs) {
    for (const end of run.ends) {
      byEnd.set(end, [...(byEnd.get(end) ?? []), run]);
    }
  }
  const left = new Set(runs);
  const isStart = (run: ChainRun) =>
    after === undefined
      ? run === runs[0]
      : run.parent === after.hash ||
        // What waits to be removed after its retention.
        (run.first >= 1 && run.first <= after.seq);
  const ending = (head && byEnd.get(head.hash)) ?? [];
  // Of copies the last one has to be it: what is put in pushes it on.
  const headRun =
    ending.find(({ last }) => last === head?.seq) ?? ending.at(-1);

  const order: ChainRun[] = [];
  const cut = new Set<ChainRun>();
  let run: ChainRun | undefined = headRun ?? runs[runs.length - 1];
  while (run) {
    order.unshift(run);
    left.delete(run);
    if (isStart(run)) {
      break;
    }
    let before: ChainRun | undefined = byEnd
      .get(run.parent)
      ?.find(each => left.has(each));
    if (!before) {
      cut.add(run);
      const first: number = run.first;
      before = runs.findLast(each => left.has(each) && each.last < first);
    }
    run = before;
  }
  return { order, cut, headRun };
}
