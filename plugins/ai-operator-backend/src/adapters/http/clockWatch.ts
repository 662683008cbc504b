import { ClockReading, Fact, fact, noFact } from '../../core/doctor/facts';
import { Clock } from '../../ports';

/** An HTTP date has whole seconds. */
const PRECISION_MS = 1_000;

/** Makes requests, and remembers the other side's clock as the latest answer told it. */
export class ClockWatch {
  readonly #clock: Clock;
  #reading: ClockReading | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `dateOf` finds the `Date` header in the answer. */
  async timed<T>(
    work: () => Promise<T>,
    dateOf: (answer: T) => string | undefined,
  ): Promise<T> {
    const before = this.#clock.now();
    const answer = await work();
    const after = this.#clock.now();
    const theirs = Date.parse(dateOf(answer) ?? '');
    if (Number.isFinite(theirs)) {
      this.#reading = { theirs, precision: PRECISION_MS, before, after };
    }
    return answer;
  }

  reading(): Fact<ClockReading> {
    return this.#reading
      ? fact(this.#reading)
      : noFact('skipped', 'No answer told what time it is there');
  }
}
