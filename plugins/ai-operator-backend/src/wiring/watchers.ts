import { Clock } from '../ports';

/** Open pages ask at least once in this time. */
const PRESENT_MS = 3 * 60_000;
/** More are not kept; who is left out asks by polling, and is back with that. */
const MAX_WATCHERS = 1_000;

/** The people who look at the portal now, as far as this process has seen them ask. */
export class Watchers {
  readonly #clock: Clock;
  /** Entity ref to the time of the latest request, the longest ago first. */
  readonly #lastSeen = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A person was allowed to read something. */
  looked(entityRef: string): void {
    this.#lastSeen.delete(entityRef);
    this.#lastSeen.set(entityRef, this.#clock.now());
    if (this.#lastSeen.size > MAX_WATCHERS) {
      const [longestAgo] = this.#lastSeen.keys();
      this.#lastSeen.delete(longestAgo);
    }
  }

  /** Entity refs of everybody who looks. */
  present(): string[] {
    const since = this.#clock.now() - PRESENT_MS;
    for (const [entityRef, at] of this.#lastSeen) {
      if (at >= since) {
        break;
      }
      this.#lastSeen.delete(entityRef);
    }
    return [...this.#lastSeen.keys()];
  }
}
