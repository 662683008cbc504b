import { percentile } from '../measure';
import { Writes } from './writes';

/** Limits of the trail: a commit against a plain insert of the same rows, and reading in ms. */
export const LIMITS = { writeRatio: 2, p95Ms: 100 } as const;

/** What was measured on one database. Wall times in ms. */
export interface AuditResult {
  database: string;
  records: number;
  fillPerSecond: number;
  writes: Array<{ size: number } & Writes>;
  stories: number[];
  newest: number[];
  newestOfPeople: number[];
  verifiedPerSecond: number;
}

export interface Row {
  database: string;
  what: string;
  p50Ms: number;
  p95Ms: number;
  /** Against a plain insert of the same rows in the same run. */
  ratio?: number;
}

function row(database: string, what: string, walls: readonly number[]): Row {
  return {
    database,
    what,
    p50Ms: percentile(walls, 0.5),
    p95Ms: percentile(walls, 0.95),
  };
}

function counted(size: number): string {
  return size === 1 ? '1 record' : `${size} records`;
}

/** One row for everything that was measured. */
export function summarise(results: readonly AuditResult[]): Row[] {
  return results.flatMap(({ database, ...result }) => [
    ...result.writes.flatMap(({ size, trail, plain }) => {
      const floor = row(database, `plain insert of ${counted(size)}`, plain);
      const own = row(database, `commit of ${counted(size)}`, trail);
      return [floor, { ...own, ratio: own.p50Ms / floor.p50Ms }];
    }),
    row(database, 'story of a rollback', result.stories),
    row(database, 'newest page', result.newest),
    row(database, 'newest page by people', result.newestOfPeople),
  ]);
}

/** Which limits are missed; empty when all are kept. */
export function missedLimits(rows: readonly Row[]): string[] {
  return rows.flatMap(({ database, what, ratio, p95Ms }) => {
    if (ratio !== undefined && ratio > LIMITS.writeRatio) {
      return [
        `${database}: ${what} takes ${ratio.toFixed(
          2,
        )} times a plain insert, allowed are ${LIMITS.writeRatio}`,
      ];
    }
    return !what.includes('record') && p95Ms > LIMITS.p95Ms
      ? [
          `${database}: ${what} takes ${p95Ms.toFixed(
            0,
          )} ms (p95), allowed are ${LIMITS.p95Ms}`,
        ]
      : [];
  });
}

const COLUMNS: Array<[string, (row: Row) => string]> = [
  ['database', ({ database }) => database],
  ['what', ({ what }) => what],
  ['p50 ms', ({ p50Ms }) => p50Ms.toFixed(2)],
  ['p95 ms', ({ p95Ms }) => p95Ms.toFixed(2)],
  ['x plain', ({ ratio }) => ratio?.toFixed(2) ?? ''],
];

/** The rows as a table for a terminal. */
export function table(rows: readonly Row[]): string {
  const cells = [
    COLUMNS.map(([title]) => title),
    ...rows.map(each => COLUMNS.map(([, cell]) => cell(each))),
  ];
  const widths = COLUMNS.map((_, index) =>
    Math.max(...cells.map(line => line[index].length)),
  );
  return cells
    .map(line =>
      line
        .map((cell, index) =>
          index < 2 ? cell.padEnd(widths[index]) : cell.padStart(widths[index]),
        )
        .join('  '),
    )
    .join('\n');
}

/** What does not fit into the table. */
export function notes({
  database,
  records,
  fillPerSecond,
  verifiedPerSecond,
}: AuditResult): string {
  return `${database}: ${records} records, written at ${fillPerSecond.toFixed(
    0,
  )} a second in commits of 500, recomputed at ${verifiedPerSecond.toFixed(
    0,
  )} a second`;
}
