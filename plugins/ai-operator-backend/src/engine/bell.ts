/** Whoever sleeps until a bell rings. */
export interface Sleeper {
  nudge(): void;
  nudgeIn(ms: number): void;
}

/** Lets a part wake loops that are built after it. Ringing before anybody listens is harmless: loops look when they start. */
export class Bell {
  readonly #sleepers: Sleeper[] = [];

  connect(...sleepers: Sleeper[]): void {
    this.#sleepers.push(...sleepers);
  }

  /** @param inMs - when something will be due; now by default */
  ring(inMs?: number): void {
    for (const sleeper of this.#sleepers) {
      if (inMs === undefined) {
        sleeper.nudge();
      } else {
        sleeper.nudgeIn(inMs);
      }
    }
  }
}
