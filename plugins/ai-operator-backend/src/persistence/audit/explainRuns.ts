import { AuditProblem } from '@ai-operator/backstage-plugin-ai-operator-common';
import { ChainPlace } from './chain';
import { ChainBounds, ChainRun } from './chainRuns';
import { outOfPlace } from './outOfPlace';
import { lengthOf, missing, named, problem } from './problems';
import { trueOrder } from './trueOrder';

/** Says what must have been done to a chain, so that it fell into these runs (in the order of `seq`). */
export function explainRuns(
  runs: readonly ChainRun[],
  bounds: ChainBounds,
): AuditProblem[] {
  const { after, head } = bounds;
  if (runs.length === 0) {
    const start = after?.seq ?? 0;
    return head && head.seq > start
      ? [
          missing(
            start + 1,
            head.seq,
            `the writers know ${head.seq} as the newest entry.`,
          ),
        ]
      : [];
  }
  const { order, cut, headRun } = trueOrder(runs, bounds);
  const shift = head && headRun ? headRun.last - head.seq : bounds.shift ?? 0;
  const inChain = new Set(order);
  return [
    ...atTheEnd(runs, head, headRun),
    ...runs
      .filter(run => cut.has(run))
      .flatMap(run =>
        whatCut(run, { runs, cut, bounds, shift, endIsCut: head && !headRun }),
      ),
    ...runs
      // What waits for removal before an anchor is compared with the anchor itself.
      .filter(
        run => !inChain.has(run) && (!after?.seq || run.last !== after.seq),
      )
      .map(run =>
        problem(
          'added',
          run,
          `${named(
            run.first,
            run.last,
          )} not part of the chain: no entry was written after ${
            run.first === run.last ? 'it' : 'them'
          }, and the chain is whole without.`,
        ),
      ),
    ...outOfPlace(runs, order, cut, bounds),
  ];
}

function atTheEnd(
  runs: readonly ChainRun[],
  head: ChainPlace | undefined,
  headRun: ChainRun | undefined,
): AuditProblem[] {
  const { last } = runs[runs.length - 1];
  if (!head || headRun) {
    return [];
  }
  if (last < head.seq) {
    return [
      missing(
        last + 1,
        head.seq,
        `the writers know ${head.seq} as the newest entry.`,
      ),
    ];
  }
  return last > head.seq
    ? [
        problem(
          'added',
          { first: head.seq + 1, last },
          `The writers know ${head.seq} as the newest entry.`,
        ),
      ]
    : [
        problem(
          'changed',
          { first: last, last },
          `Entry ${last} is not the one that the writers know as the newest: it was replaced, or entries before it were and all after them made anew.`,
        ),
      ];
}

/** Why a run is not linked to what it was written after. */
function whatCut(
  run: ChainRun,
  context: {
    runs: readonly ChainRun[];
    cut: ReadonlySet<ChainRun>;
    bounds: ChainBounds;
    shift: number;
    endIsCut: boolean | undefined;
  },
): AuditProblem[] {
  const { runs, cut, shift, endIsCut } = context;
  const index = runs.indexOf(run);
  const before = index > 0 ? runs[index - 1].last : context.bounds.after?.seq;
  if (before !== undefined && run.first > before + 1) {
    return [
      missing(
        before + 1,
        run.first - 1,
        `entry ${run.first} was written after an entry that is not there.`,
      ),
    ];
  }
  if (shift < 0) {
    return [
      problem(
        'missing',
        { first: run.first, last: run.first - 1 - shift },
        `What was written as entry ${
          run.first
        } is not there: the entry that now has its number was written after another one than the entry before it, and the newest entry is numbered ${-shift} too low.`,
      ),
    ];
  }
  const next = runs[index + 1];
  const isAlone =
    lengthOf(run) === 1 &&
    (next ? next.first === run.last + 1 && cut.has(next) : endIsCut);
  if (isAlone) {
    // It fits on neither side: it is the one, and the next cut names it.
    return [];
  }
  const replaced = before !== undefined && before > 0 ? before : run.first;
  return [
    problem(
      'changed',
      { first: replaced, last: replaced },
      replaced === run.first
        ? `Entry ${run.first} does not begin the chain as the first one does.`
        : `Entry ${run.first} was written after another entry ${replaced} than the one that stands there.`,
    ),
  ];
}
