import { LoggerService } from '@backstage/backend-plugin-api';
import { Fact, noFact } from '../core/doctor/facts';
import { CallContext, CallRecord, learn } from '../ports';
import { DoctorLimits } from './parts';

/** Whoever heeds the signal has this long to hand over what it has learned so far, ms. */
const GRACE_MS = 500;

/**
 * One look at everything: each part has its time, and all parts together have
 * theirs. What does not answer in that time is unknown; what fails through a
 * fault of our own is unknown as well, and in the log.
 */
export class Look {
  readonly #limits: DoctorLimits;
  readonly #logger: LoggerService;
  readonly #record: (call: CallRecord) => void;
  readonly #endsAt: number;

  constructor(
    limits: DoctorLimits,
    logger: LoggerService,
    record: (call: CallRecord) => void,
  ) {
    this.#limits = limits;
    this.#logger = logger;
    this.#record = record;
    this.#endsAt = performance.now() + limits.wholeMs;
  }

  /** `what` is looked at, for messages. Never throws. */
  async at<T>(
    what: string,
    work: (call: CallContext) => Promise<T>,
  ): Promise<Fact<T>> {
    const left = this.#endsAt - performance.now();
    if (left <= 0) {
      return noFact('silent', `There was no time left to look at ${what}`);
    }
    const timeMs = Math.min(this.#limits.eachMs, left);
    const signal = AbortSignal.timeout(Math.ceil(timeMs));
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<Fact<T>>(resolve => {
      timer = setTimeout(
        () =>
          resolve(
            noFact(
              'silent',
              `${what} did not answer within ${Math.round(
                timeMs / 1_000,
              )} seconds`,
            ),
          ),
        timeMs + GRACE_MS,
      );
    });
    try {
      return await Promise.race([
        learn(work({ record: this.#record, signal })),
        silence,
      ]);
    } catch (error) {
      this.#logger.error(
        `The doctor failed while looking at ${what}`,
        error instanceof Error ? error : new Error(String(error)),
      );
      return noFact(
        'skipped',
        `AI Operator failed while looking at ${what}; its log has the details`,
      );
    } finally {
      clearTimeout(timer);
    }
  }
}
