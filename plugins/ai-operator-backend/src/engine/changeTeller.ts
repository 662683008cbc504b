import {
  OperatorSignal,
  stringifyApplicationKey,
} from '@ai-operator/backstage-plugin-ai-operator-common';

export interface ChangeTellerOptions {
  /** Hands over what has changed. */
  send(signals: OperatorSignal[]): Promise<void>;
  /** It could not be told: pages learn of it when they ask the next time. */
  onProblem(error: unknown): void;
  /** Longest time for one sending, ms. */
  timeoutMs?: number;
}

/** What changes together is told together, ms. */
const GATHER_MS = 100;
/** Least time between two tellings, ms. */
const SPACING_MS = 1_000;
/** More than this at once are told as one. */
const MAX_SIGNALS = 20;
const DEFAULT_TIMEOUT_MS = 5_000;

function keyOf(signal: OperatorSignal): string {
  switch (signal.type) {
    case 'rollback':
      return signal.correlationId;
    case 'application':
      return stringifyApplicationKey(signal.application);
    default:
      return signal.type;
  }
}

/**
 * Tells pages that something they may show has changed. However much changes,
 * there is at most one telling a second, of a bounded number of signals; where
 * nothing changes, nothing is sent. Nobody waits for it, and what fails is not
 * repeated: pages also ask by themselves.
 */
export class ChangeTeller {
  readonly #options: ChangeTellerOptions;
  #pending = new Map<string, OperatorSignal>();
  #timer: NodeJS.Timeout | undefined;
  #notBefore = 0;
  #sending = false;
  #stopped = false;
  #failing = false;

  constructor(options: ChangeTellerOptions) {
    this.#options = options;
  }

  /** To be called once the change is committed. */
  tell(signals: readonly OperatorSignal[]): void {
    for (const signal of signals) {
      // One more than can be told says that there are too many.
      if (this.#pending.size <= MAX_SIGNALS) {
        this.#pending.set(keyOf(signal), signal);
      }
    }
    this.#schedule();
  }

  /** Nothing is sent any more. */
  stop(): void {
    this.#stopped = true;
    this.#pending.clear();
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    const isIdle = this.#timer === undefined && !this.#sending;
    if (this.#pending.size === 0 || !isIdle || this.#stopped) {
      return;
    }
    const wait = Math.max(GATHER_MS, this.#notBefore - performance.now());
    this.#timer = setTimeout(() => void this.#flush(), wait);
    // A process that is done need not stay for this.
    this.#timer.unref();
  }

  async #flush(): Promise<void> {
    this.#timer = undefined;
    this.#sending = true;
    this.#notBefore = performance.now() + SPACING_MS;
    const gathered = [...this.#pending.values()];
    this.#pending = new Map();
    const isTooMuch =
      gathered.length > MAX_SIGNALS ||
      gathered.some(({ type }) => type === 'many');
    const signals: OperatorSignal[] = isTooMuch ? [{ type: 'many' }] : gathered;
    try {
      await this.#inTime(this.#options.send(signals));
      this.#failing = false;
    } catch (error) {
      // Told once, not once a second.
      if (!this.#failing) {
        this.#options.onProblem(error);
      }
      this.#failing = true;
    }
    this.#sending = false;
    this.#schedule();
  }

  async #inTime(sent: Promise<unknown>): Promise<void> {
    const { timeoutMs = DEFAULT_TIMEOUT_MS } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(
        () => reject(new Error(`Signals were not taken in ${timeoutMs} ms`)),
        timeoutMs,
      );
    });
    try {
      await Promise.race([sent, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
