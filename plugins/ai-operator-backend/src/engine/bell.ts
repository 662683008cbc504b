/** Whoever sleeps until a bell rings. */
export interface Sleeper {
  nudge(): void;
  nudgeIn(ms: number): void;
}

/** Lets a part wake a loop that is built after it. Ringing before anybody listens is harmless: loops look when they start. */
export class Bell {
  #sleeper: Sleeper | undefined;

  connect(sleeper: Sleeper): void {
    this.#sleeper = sleeper;
  }

  /** @param inMs - when something will be due; now by default */
  ring(inMs?: number): void {
    if (inMs === undefined) {
      this.#sleeper?.nudge();
    } else {
      this.#sleeper?.nudgeIn(inMs);
    }
  }
}
