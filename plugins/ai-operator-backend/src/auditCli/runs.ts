/** Runs that are kept; a copy that lacks more pieces than that is not told apart any further. */
const MAX_RUNS = 1_000;

export interface Run {
  first: number;
  last: number;
}

/** Numbers of entries, rising, kept as runs of neighbours. */
export class Runs {
  readonly list: Run[];

  constructor(list: Run[] = []) {
    this.list = list;
  }

  get count(): number {
    return this.list.reduce(
      (sum, { first, last }) => sum + last - first + 1,
      0,
    );
  }

  add(seq: number): void {
    const run = this.list.at(-1);
    if (run && (run.last + 1 === seq || this.list.length >= MAX_RUNS)) {
      run.last = seq;
    } else {
      this.list.push({ first: seq, last: seq });
    }
  }

  countAbove(seq: number): number {
    return this.count - this.upTo(seq).count;
  }

  upTo(seq: number): Runs {
    return new Runs(
      this.list
        .filter(({ first }) => first <= seq)
        .map(({ first, last }) => ({ first, last: Math.min(last, seq) })),
    );
  }

  without(seqs: ReadonlySet<number>): Runs {
    let rest = this.list;
    for (const seq of seqs) {
      rest = rest.flatMap(({ first, last }) =>
        seq < first || seq > last
          ? [{ first, last }]
          : [
              { first, last: seq - 1 },
              { first: seq + 1, last },
            ].filter(run => run.first <= run.last),
      );
    }
    return new Runs(rest);
  }
}
