import { ChainedRow, chainHash, ChainPlace } from './chain';
import { Inspection } from './inspectRow';

/**
 * Entries whose numbers follow on each other and whose hashes link them. A chain
 * that is whole is one run; whatever is done to it cuts it into a few.
 */
export interface ChainRun {
  first: number;
  last: number;
  /** Hash of the entry that the first of them was written after. */
  parent: string;
  /** Hashes by which the next entry may name the last of them. */
  ends: string[];
}

/** What is known about a chain besides its rows. */
export interface ChainBounds {
  /** What the first row was written after; absent: its own word is taken for it. */
  after?: ChainPlace;
  /** The newest entry, as the writers know it; absent: the rows end before it. */
  head?: ChainPlace;
  /** How much higher the newest entry is numbered than the writers know; for rows that end before it. */
  shift?: number;
}

/** How far back the place is looked for that an entry was written after. */
const LOOK_BACK = 256;

/** More pieces than this are not told apart any more. */
const MAX_RUNS = 500;

/** Where a reading of the chain stands; plain JSON, so that another process can go on. */
export interface ChainRunsState {
  runs: ChainRun[];
  /** Hashes of the newest rows of the last run, newest last. */
  recent: string[][];
  /** The newest row is not what its own hash says. */
  lastIsChanged: boolean;
  /** More pieces were found than are kept. */
  tooMany: boolean;
}

export function noRuns(): ChainRunsState {
  return { runs: [], recent: [], lastIsChanged: false, tooMany: false };
}

/** Adds the next row, in the order of `seq`, to a reading. */
export function addRow(
  state: ChainRunsState,
  row: ChainedRow,
  { computed, because }: Inspection,
): void {
  const isChanged = because !== undefined;
  const ends = computed === row.hash ? [row.hash] : [row.hash, computed];
  const run = state.runs.at(-1);
  if (run && row.seq === run.last + 1) {
    if (linksTo(run, row, isChanged)) {
      extend(state, run, ends);
    } else if (splitAfter(state, row.prevHash)) {
      begin(state, row, ends);
    } else if (isChanged || state.lastIsChanged) {
      // The row says already what is wrong here.
      extend(state, run, ends);
    } else {
      begin(state, row, ends);
    }
  } else {
    begin(state, row, ends);
  }
  state.lastIsChanged = isChanged;
}

function linksTo(run: ChainRun, row: ChainedRow, isChanged: boolean): boolean {
  return (
    run.ends.includes(row.prevHash) ||
    // Only the link itself was changed: the hash still tells what it was.
    (isChanged && run.ends.some(end => chainHash(end, row.text) === row.hash))
  );
}

function extend(state: ChainRunsState, run: ChainRun, ends: string[]): void {
  run.last += 1;
  run.ends = ends;
  state.recent.push(ends);
  if (state.recent.length > 2 * LOOK_BACK) {
    state.recent = state.recent.slice(-LOOK_BACK);
  }
}

function begin(state: ChainRunsState, row: ChainedRow, ends: string[]): void {
  if (state.runs.length >= MAX_RUNS) {
    state.tooMany = true;
    state.runs.pop();
  }
  state.runs.push({
    first: row.seq,
    last: row.seq,
    parent: row.prevHash,
    ends,
  });
  state.recent = [ends];
}

/**
 * Cuts the last run after the entry with this hash: what comes after it is then
 * a run of its own. False when none of its newest entries has it.
 */
export function splitAfter(state: ChainRunsState, hash: string): boolean {
  const { recent, runs } = state;
  const index = recent.findLastIndex(ends => ends.includes(hash));
  const run = runs.at(-1);
  if (!run || index < 0 || index === recent.length - 1) {
    return false;
  }
  const last = run.last;
  run.last -= recent.length - 1 - index;
  const newer = { first: run.last + 1, last, parent: hash, ends: run.ends };
  run.ends = recent[index];
  runs.push(newer);
  state.recent = recent.slice(index + 1);
  return true;
}
