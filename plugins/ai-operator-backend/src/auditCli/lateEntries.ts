import type { ChainedRow } from '../persistence';
import { inspectRow } from '../persistence/audit/inspectRow';
import { Finding, MAX_FINDINGS } from './outcome';

function holds({ seq, toSeq = seq }: Finding, place: number): boolean {
  return place >= seq && place <= toSeq;
}

/**
 * Entries that come after one of a higher number, as they can in a file. A chain
 * is read in the order of its numbers, so they are kept apart from it.
 */
export class LateEntries {
  readonly #late: Array<{ seq: number; behind: number; changed?: string }> = [];
  #highest = -Infinity;
  #more = false;

  get more(): boolean {
    return this.#more;
  }

  /** Those of the next rows that follow in the order of their numbers. */
  rising(rows: readonly ChainedRow[]): ChainedRow[] {
    return rows.filter(row => {
      if (row.seq > this.#highest) {
        this.#highest = row.seq;
        return true;
      }
      if (this.#late.length < MAX_FINDINGS) {
        const { because } = inspectRow(row);
        const { seq } = row;
        this.#late.push({ seq, behind: this.#highest, changed: because });
      } else {
        this.#more = true;
      }
      return false;
    });
  }

  /** The problems of the chain, together with those of the late entries: what came late is not missing. */
  settle(problems: readonly Finding[]): Finding[] {
    const isLate = (seq: number) => this.#late.some(late => late.seq === seq);
    const gaps = problems.filter(({ kind }) => kind === 'missing');
    return [
      ...problems.filter(({ kind, seq, toSeq = seq }) => {
        const length = toSeq - seq + 1;
        return !(
          kind === 'missing' &&
          length <= this.#late.length &&
          Array.from({ length }, (_, n) => seq + n).every(isLate)
        );
      }),
      ...this.#late.map(({ seq, behind, changed }): Finding => {
        if (changed !== undefined) {
          return { kind: 'changed', seq, because: changed };
        }
        return gaps.some(gap => holds(gap, seq))
          ? {
              kind: 'reordered',
              seq,
              because: `Entry ${seq} stands after entry ${behind}.`,
            }
          : {
              kind: 'added',
              seq,
              because: `Entry ${seq} is there a second time, after entry ${behind}.`,
            };
      }),
    ].sort((a, b) => a.seq - b.seq);
  }
}
