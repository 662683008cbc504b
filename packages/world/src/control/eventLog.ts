import type { WorldClock } from '../clock';
import type { WorldEvent } from './types';

/** Events remembered; the oldest go first. */
const LIMIT = 1_000;

/** What happened in the world, newest last. */
export class EventLog {
  readonly #clock: WorldClock;
  #events: WorldEvent[] = [];

  constructor(clock: WorldClock) {
    this.#clock = clock;
  }

  note(kind: string, message: string): void {
    this.#events.push({ at: this.#clock.now(), kind, message });
    if (this.#events.length > LIMIT) {
      this.#events = this.#events.slice(-LIMIT);
    }
  }

  list(): readonly WorldEvent[] {
    return this.#events;
  }
}
