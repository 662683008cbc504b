import { AuditProblem } from '@ai-operator/backstage-plugin-ai-operator-common';
import { ChainedRow, ChainPlace } from './chain';
import {
  addRow,
  ChainBounds,
  ChainRunsState,
  noRuns,
  splitAfter,
} from './chainRuns';
import { explainRuns } from './explainRuns';
import { inspectRow } from './inspectRow';

/** Problems that are listed; more are only counted as more. */
const MAX_PROBLEMS = 100;

/** Where a verification stands; plain JSON, so that another process can go on. */
export interface ChainVerifierState {
  after?: ChainPlace;
  reading: ChainRunsState;
  changed: AuditProblem[];
  moreChanged: boolean;
  checked: number;
  first?: number;
  last?: number;
}

export interface ChainFindings {
  checked: number;
  /** First and last entry that was read. */
  first?: number;
  last?: number;
  /** In the order of `seq`. */
  problems: AuditProblem[];
  moreProblems: boolean;
}

/**
 * Recomputes a chain from rows as they are stored, handed over in pages, and
 * says which of them are not what was written: changed, missing, added or
 * reordered. Knows nothing of a database, and keeps as much as there is wrong.
 */
export class ChainVerifier {
  readonly #state: ChainVerifierState;

  /**
   * @param after - what the first row has to follow on: the start of the chain,
   *   an anchor, or the entry before; without it the first row is believed
   */
  constructor(after?: ChainPlace) {
    this.#state = {
      after,
      reading: noRuns(),
      changed: [],
      moreChanged: false,
      checked: 0,
    };
  }

  /** Goes on where {@link ChainVerifier.state} was taken. */
  static resume(state: ChainVerifierState): ChainVerifier {
    const verifier = new ChainVerifier(state.after);
    Object.assign(verifier.#state, structuredClone(state));
    return verifier;
  }

  get state(): ChainVerifierState {
    return structuredClone(this.#state);
  }

  /** The next rows, in the order of `seq`. */
  add(rows: readonly ChainedRow[]): void {
    for (const row of rows) {
      this.#add(row);
    }
  }

  /**
   * What is wrong. With `head`, the rows were handed over up to the end of the
   * chain; without it they end somewhere, and what stands at their very end is
   * known by its own hash only.
   */
  findings(end: Pick<ChainBounds, 'head' | 'shift'> = {}): ChainFindings {
    const { after, changed, checked, first, last, moreChanged } = this.#state;
    const reading = structuredClone(this.#state.reading);
    if (end.head) {
      splitAfter(reading, end.head.hash);
    }
    const places = explainRuns(reading.runs, { ...end, after });
    const added = places.filter(({ kind }) => kind === 'added');
    const problems = [
      // What does not belong here at all need not be what it says.
      ...changed.filter(({ seq }) => !added.some(each => covers(each, seq))),
      ...places.filter(
        ({ kind, seq }) =>
          kind !== 'changed' || !changed.some(each => each.seq === seq),
      ),
    ].sort((a, b) => a.seq - b.seq);
    return {
      checked,
      first,
      last,
      problems: problems.slice(0, MAX_PROBLEMS),
      moreProblems:
        moreChanged || reading.tooMany || problems.length > MAX_PROBLEMS,
    };
  }

  #add(row: ChainedRow): void {
    const state = this.#state;
    const inspection = inspectRow(row);
    addRow(state.reading, row, inspection);
    state.checked += 1;
    state.first ??= row.seq;
    state.last = row.seq;
    const because =
      inspection.because ??
      (row.seq > 0 &&
      row.seq === state.after?.seq &&
      row.hash !== state.after.hash
        ? `Entry ${row.seq} is not the one that the anchor names.`
        : undefined);
    if (because !== undefined) {
      if (state.changed.length < MAX_PROBLEMS) {
        state.changed.push({ kind: 'changed', seq: row.seq, because });
      } else {
        state.moreChanged = true;
      }
    }
  }
}

function covers({ seq, toSeq = seq }: AuditProblem, place: number): boolean {
  return place >= seq && place <= toSeq;
}
