export interface BeatOptions {
  /** Distance of two beats, ms. */
  intervalMs: number;
  tick(signal: AbortSignal): Promise<void>;
  /** A tick threw; the beat goes on. */
  onProblem(error: unknown): void;
  /** A beat came while the tick before was still running: that beat is left out. */
  onLate(missed: number): void;
}

/**
 * Calls `tick` on a fixed grid. A slow tick does not push later ones back: the
 * beats it covers are left out and counted, and the next one is on the grid again.
 *
 * Not a task of the scheduler service: its global tasks recover from a dead
 * process only after a minute, and which replica works is decided by our leases.
 */
export class Beat {
  readonly #options: BeatOptions;
  readonly #abort = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #nextAt = 0;
  #tick: Promise<void> | undefined;
  #missed = 0;
  #stopped = false;

  constructor(options: BeatOptions) {
    this.#options = options;
  }

  /** The first tick runs at once. */
  start(): void {
    if (this.#timer || this.#stopped) {
      return;
    }
    this.#nextAt = performance.now();
    this.#schedule();
  }

  /** No more beats; waits for the tick under way, which is cancelled after `timeoutMs`. */
  async stop(timeoutMs: number): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>(resolve => {
      timer = setTimeout(() => {
        this.#abort.abort();
        resolve();
      }, timeoutMs);
    });
    await Promise.race([this.#tick ?? Promise.resolve(), timeout]);
    clearTimeout(timer);
  }

  #schedule(): void {
    const delay = Math.max(0, this.#nextAt - performance.now());
    this.#timer = setTimeout(() => this.#onBeat(), delay);
  }

  #onBeat(): void {
    const now = performance.now();
    // The process may have been asleep: beats that are long past are left out, too.
    const behind = Math.floor((now - this.#nextAt) / this.#options.intervalMs);
    this.#nextAt += (Math.max(0, behind) + 1) * this.#options.intervalMs;
    this.#schedule();
    if (this.#tick) {
      this.#missed += 1;
      this.#options.onLate(this.#missed);
      return;
    }
    this.#missed = 0;
    this.#tick = this.#run().finally(() => {
      this.#tick = undefined;
    });
  }

  async #run(): Promise<void> {
    try {
      await this.#options.tick(this.#abort.signal);
    } catch (error) {
      this.#options.onProblem(error);
    }
  }
}
