import { Database, deleteExpired, deleteExpiredAudit } from '../persistence';
import { Clock } from '../ports';

export interface JanitorOptions {
  db: Database;
  clock: Clock;
  /** ms. */
  retention: {
    finishedRollbacks: number;
    healthChecks: number;
    /** Of the audit trail. */
    audit: number;
  };
  /** Up to where the trail was shipped; undefined when it is shipped nowhere. What is not is kept. */
  shippedUpTo(): Promise<number | undefined>;
  intervalMs: number;
  onProblem(error: unknown): void;
}

/** Rows removed in one statement, and statements in one go: the rest waits for the next time. */
const BATCH = 1_000;
const MAX_BATCHES = 200;

/** Removes what is past its retention, a little at a time. */
export class Janitor {
  readonly #options: JanitorOptions;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: JanitorOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer ??= setInterval(() => {
      this.tidy().catch(error => this.#options.onProblem(error));
    }, this.#options.intervalMs);
    this.#timer.unref();
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
  }

  async tidy(): Promise<void> {
    const { clock, db, retention, shippedUpTo } = this.#options;
    const now = clock.now();
    await this.#inBatches(async () => {
      const { checks, pauses, rollbacks } = await deleteExpired(db, {
        checksBefore: now - retention.healthChecks,
        rollbacksBefore: now - retention.finishedRollbacks,
        limit: BATCH,
      });
      return Math.max(checks, pauses, rollbacks);
    });
    const upTo = await shippedUpTo();
    await this.#inBatches(() =>
      deleteExpiredAudit(db, {
        before: now - retention.audit,
        upTo,
        limit: BATCH,
        now,
      }),
    );
  }

  /** Until a batch is not full, or it is enough for one time. */
  async #inBatches(remove: () => Promise<number>): Promise<void> {
    for (let batch = 0; batch < MAX_BATCHES && !this.#stopped; batch += 1) {
      if ((await remove()) < BATCH) {
        return;
      }
    }
  }
}
