/** What a claim loop tells its surroundings about trouble; it goes on afterwards. */
export interface LoopProblem<T> {
  loop: string;
  phase: 'claim' | 'work';
  item?: T;
  error: unknown;
}

export interface ClaimLoopOptions<T> {
  name: string;
  /** Claims at most `limit` items that are due; each must carry a lease, so that a dead process cannot keep it. */
  claim(limit: number): Promise<T[]>;
  /** Works on one claimed item. What it throws is reported; the item comes back when its lease ends. */
  work(item: T, signal: AbortSignal): Promise<void>;
  /** Items worked on at the same time. */
  concurrency: number;
  /** Longest sleep between two looks for work that other replicas may have made due, ms. */
  idleMs: number;
  /** Longest pause after claims that failed, ms; starts at `idleMs` and doubles. */
  maxBackoffMs?: number;
  onProblem(problem: LoopProblem<T>): void;
}

const DEFAULT_MAX_BACKOFF_MS = 30_000;
/** `runUntilIdle` gives up after this many rounds: work that makes itself due again at once would never end. */
const MAX_ROUNDS = 10_000;

/**
 * Claims due items and works on them, a bounded number at a time. Nothing that
 * goes wrong ends the loop: it is reported, and claims that fail back off.
 */
export class ClaimLoop<T> {
  readonly #options: ClaimLoopOptions<T>;
  readonly #abort = new AbortController();
  readonly #inFlight = new Set<Promise<void>>();
  #running: Promise<void> | undefined;
  #stopping = false;
  #wake: (() => void) | undefined;
  #nudged = false;
  #dueAt: number | undefined;
  #failedClaims = 0;

  constructor(options: ClaimLoopOptions<T>) {
    this.#options = options;
  }

  start(): void {
    if (!this.#stopping) {
      this.#running ??= this.#run();
    }
  }

  /** Something may be due now. */
  nudge(): void {
    this.#nudged = true;
    this.#wake?.();
  }

  /** Something will be due in `ms`: the loop will not sleep longer than that. */
  nudgeIn(ms: number): void {
    const at = performance.now() + Math.max(0, ms);
    if (this.#dueAt === undefined || at < this.#dueAt) {
      this.#dueAt = at;
      // A sleep already begun is too long now; the loop works out a shorter one.
      this.#wake?.();
    }
  }

  /** Works until nothing is due any more and returns how many items that were. For callers that own the clock. */
  async runUntilIdle(): Promise<number> {
    let worked = 0;
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const items = await this.#options.claim(this.#options.concurrency);
      if (items.length === 0) {
        return worked;
      }
      await Promise.all(items.map(item => this.#workOn(item)));
      worked += items.length;
    }
    throw new Error(
      `The ${
        this.#options.name
      } loop still finds work due after ${MAX_ROUNDS} rounds without time passing`,
    );
  }

  /**
   * Claims nothing more and waits for what is under way; after `timeoutMs` it is
   * cancelled and left to its leases.
   */
  async stop(timeoutMs: number): Promise<'drained' | 'abandoned'> {
    this.#stopping = true;
    this.#wake?.();
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<'abandoned'>(resolve => {
      timer = setTimeout(() => resolve('abandoned'), timeoutMs);
    });
    const drained = (async () => {
      await this.#running;
      await Promise.all(this.#inFlight);
      return 'drained' as const;
    })();
    const result = await Promise.race([drained, timeout]);
    clearTimeout(timer);
    if (result === 'abandoned') {
      this.#abort.abort();
    }
    return result;
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      this.#nudged = false;
      const free = this.#options.concurrency - this.#inFlight.size;
      const claimed = free > 0 ? await this.#claim(free) : 0;
      const exhausted = claimed !== undefined && claimed < free;
      if (this.#stopping) {
        break;
      }
      if (claimed === undefined) {
        await this.#sleep(this.#backoff(), { ignoreNudges: true });
      } else if (this.#inFlight.size >= this.#options.concurrency) {
        await Promise.race(this.#inFlight);
      } else if (exhausted) {
        await this.#sleep(this.#options.idleMs);
      }
    }
  }

  /** How many items were claimed; undefined when claiming failed. */
  async #claim(limit: number): Promise<number | undefined> {
    let items: T[];
    try {
      items = await this.#options.claim(limit);
    } catch (error) {
      this.#failedClaims += 1;
      this.#report({ loop: this.#options.name, phase: 'claim', error });
      return undefined;
    }
    this.#failedClaims = 0;
    for (const item of items) {
      const work = this.#workOn(item).finally(() => {
        this.#inFlight.delete(work);
      });
      this.#inFlight.add(work);
    }
    return items.length;
  }

  async #workOn(item: T): Promise<void> {
    try {
      await this.#options.work(item, this.#abort.signal);
    } catch (error) {
      this.#report({ loop: this.#options.name, phase: 'work', item, error });
    }
  }

  #report(problem: LoopProblem<T>): void {
    try {
      this.#options.onProblem(problem);
    } catch {
      // A reporter that fails must not end the loop it reports on.
    }
  }

  #backoff(): number {
    const longest = this.#options.maxBackoffMs ?? DEFAULT_MAX_BACKOFF_MS;
    return Math.min(
      longest,
      this.#options.idleMs * 2 ** Math.min(this.#failedClaims, 20),
    );
  }

  async #sleep(ms: number, options?: { ignoreNudges: boolean }): Promise<void> {
    const until = performance.now() + ms;
    while (!this.#stopping && (options?.ignoreNudges || !this.#nudged)) {
      const now = performance.now();
      const dueAt = options?.ignoreNudges ? undefined : this.#dueAt;
      const left = Math.min(until, dueAt ?? until) - now;
      if (left <= 0) {
        if (dueAt !== undefined && dueAt <= now) {
          this.#dueAt = undefined;
        }
        return;
      }
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = undefined;
    }
  }
}
