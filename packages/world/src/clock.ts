/** Cancels what was scheduled; calling it twice is harmless. */
export type Cancel = () => void;

/**
 * Time as the world sees it: epoch milliseconds, and things that happen later.
 *
 * Everything in the world that takes time (CI, a sync, a rollout) is scheduled
 * here and nowhere else, so a test that owns the clock owns the whole world.
 */
export interface WorldClock {
  /** Epoch milliseconds. */
  now(): number;
  /** Runs `action` once, `delayMs` from now. */
  after(delayMs: number, action: () => void | Promise<void>): Cancel;
}

/** The clock of the demo: real time. Timers do not keep the process alive. */
export function realClock(): WorldClock {
  return {
    now: () => Date.now(),
    after(delayMs, action) {
      const timer = setTimeout(() => {
        void action();
      }, delayMs);
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
}

interface Scheduled {
  at: number;
  order: number;
  action: () => void | Promise<void>;
}

/** A clock that moves only when told to; due actions run in order of their time. */
export class ManualClock implements WorldClock {
  #now: number;
  #order = 0;
  #scheduled: Scheduled[] = [];

  /** @param start - epoch milliseconds, or anything `Date.parse` reads */
  constructor(start: number | string) {
    this.#now = typeof start === 'number' ? start : Date.parse(start);
    if (!Number.isFinite(this.#now)) {
      throw new Error(`Not a time: ${start}`);
    }
  }

  now(): number {
    return this.#now;
  }

  after(delayMs: number, action: () => void | Promise<void>): Cancel {
    this.#order += 1;
    const entry = { at: this.#now + delayMs, order: this.#order, action };
    this.#scheduled.push(entry);
    return () => {
      this.#scheduled = this.#scheduled.filter(other => other !== entry);
    };
  }

  /** Moves time forward by `ms`, running and awaiting whatever falls due on the way. */
  async advance(ms: number): Promise<void> {
    await this.advanceTo(this.#now + ms);
  }

  /** Moves time forward to `instant` (epoch milliseconds). */
  async advanceTo(instant: number): Promise<void> {
    for (;;) {
      const next = this.#scheduled
        .filter(entry => entry.at <= instant)
        .sort((a, b) => a.at - b.at || a.order - b.order)[0];
      if (!next) {
        break;
      }
      this.#scheduled = this.#scheduled.filter(entry => entry !== next);
      this.#now = Math.max(this.#now, next.at);
      await next.action();
    }
    this.#now = Math.max(this.#now, instant);
  }
}
