import { AuditProblem } from '@ai-operator/backstage-plugin-ai-operator-common';
import { ChainBounds, ChainRun } from './chainRuns';
import { heaviestRising } from './heaviestRising';
import { lengthOf, named, problem } from './problems';

/** Runs that stand at another place than the chain gives them. */
export function outOfPlace(
  runs: readonly ChainRun[],
  order: readonly ChainRun[],
  cut: ReadonlySet<ChainRun>,
  { after }: ChainBounds,
): AuditProblem[] {
  const waitsForRemoval =
    after && order[0].first >= 1 && order[0].first <= after.seq;
  const start = after && !waitsForRemoval ? after.seq + 1 : order[0].first;
  // Where runs would stand if what is there now were numbered without gaps.
  const dense = new Map<ChainRun, { index: number; first: number }>();
  runs.reduce((first, run, index) => {
    dense.set(run, { index, first });
    return first + lengthOf(run);
  }, start);
  let next = start;
  const placed = order.map(run => {
    const written = cut.has(run) ? run.first : next;
    next = written + lengthOf(run);
    return { run, written, now: dense.get(run) };
  });
  const rising = heaviestRising(
    placed.map(({ run, written, now }) => ({
      place: now?.index ?? 0,
      // What stands where it was written was certainly not moved.
      weight: lengthOf(run) * (run.first === written ? runs.length + 1 : 1),
    })),
  );
  return placed.flatMap(({ run, written, now }, index) =>
    rising.has(index) && (run.first === written || run.first === now?.first)
      ? []
      : [
          problem(
            'reordered',
            run,
            `${named(run.first, run.last)} not where the chain puts ${
              run.first === run.last ? 'it: at' : 'them: from'
            } ${written}.`,
          ),
        ],
  );
}
