import { percentile } from '../measure';
import { Result } from './protocol';

/**
 * Limits of the tick: CPU against the floor, p99 in ms, memory in MiB. Memory is
 * what stays after a collection: how much more Node keeps resident is its own
 * choice and depends on the machine, so that is printed and not judged.
 */
export const LIMITS = { cpuRatio: 2, p99Ms: 2_000, memoryMiB: 250 } as const;

export interface Summary {
  contender: string;
  cpuMedianMs: number;
  wallMedianMs: number;
  wallP99Ms: number;
  firstWallMs: number;
  heapMiB: number;
  rssMiB: number;
  peakMiB: number;
  /** CPU of the median tick as a multiple of the floor's. */
  cpuRatio: number;
}

const MIB = 1024 * 1024;

/** One row a contender, each against the floor measured in the same run. */
export function summarise(results: readonly Result[]): Summary[] {
  const floor = results.find(({ contender }) => contender === 'floor');
  if (!floor) {
    throw new Error('Ratios need the floor to be measured in the same run');
  }
  const cpuOf = ({ ticks }: Result) =>
    percentile(
      ticks.map(({ cpuMs }) => cpuMs),
      0.5,
    );
  return results.map(result => {
    const walls = result.ticks.map(({ wallMs }) => wallMs);
    return {
      contender: result.contender,
      cpuMedianMs: cpuOf(result),
      wallMedianMs: percentile(walls, 0.5),
      wallP99Ms: percentile(walls, 0.99),
      firstWallMs: result.first.wallMs,
      heapMiB: result.heapGrowth / MIB,
      rssMiB: result.rssGrowth / MIB,
      peakMiB: result.rssPeak / MIB,
      cpuRatio: cpuOf(result) / cpuOf(floor),
    };
  });
}

/** Which limits the operator misses; empty when it keeps all. */
export function missedLimits(operator: Summary): string[] {
  return [
    ...(operator.cpuRatio > LIMITS.cpuRatio
      ? [
          `CPU is ${operator.cpuRatio.toFixed(
            2,
          )} times the floor, allowed are ${LIMITS.cpuRatio}`,
        ]
      : []),
    ...(operator.wallP99Ms > LIMITS.p99Ms
      ? [
          `p99 is ${operator.wallP99Ms.toFixed(0)} ms, allowed are ${
            LIMITS.p99Ms
          }`,
        ]
      : []),
    ...(operator.heapMiB > LIMITS.memoryMiB
      ? [
          `memory grows by ${operator.heapMiB.toFixed(0)} MiB, allowed are ${
            LIMITS.memoryMiB
          }`,
        ]
      : []),
  ];
}

const COLUMNS: Array<[string, (row: Summary) => string]> = [
  ['contender', row => row.contender],
  ['CPU median ms', row => row.cpuMedianMs.toFixed(1)],
  ['x floor', row => row.cpuRatio.toFixed(2)],
  ['wall median ms', row => row.wallMedianMs.toFixed(1)],
  ['wall p99 ms', row => row.wallP99Ms.toFixed(1)],
  ['first tick ms', row => row.firstWallMs.toFixed(0)],
  ['heap +MiB', row => row.heapMiB.toFixed(1)],
  ['RSS +MiB', row => row.rssMiB.toFixed(1)],
  ['RSS peak +MiB', row => row.peakMiB.toFixed(1)],
];

/** The rows as a table for a terminal. */
export function table(rows: readonly Summary[]): string {
  const lines = [
    COLUMNS.map(([title]) => title),
    ...rows.map(row => COLUMNS.map(([, show]) => show(row))),
  ];
  const widths = COLUMNS.map((_, column) =>
    Math.max(...lines.map(line => line[column].length)),
  );
  return lines
    .map(line =>
      line
        .map((cell, column) =>
          column === 0
            ? cell.padEnd(widths[column])
            : cell.padStart(widths[column]),
        )
        .join('  '),
    )
    .join('\n');
}
