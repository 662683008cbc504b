import { LoggerService } from '@backstage/backend-plugin-api';
import { Policy } from '../core';
import {
  claimAuditSink,
  ClaimedSink,
  Database,
  finishShipping,
  listAuditSinks,
  readUnshipped,
  registerAuditSinks,
  releaseAuditSink,
} from '../persistence';
import {
  AuditSinkPort,
  CallContext,
  CallRecord,
  Clock,
  PortError,
  PortErrorCode,
} from '../ports';
import { SPANS, traced, TracedWork } from '../tracing';
import { UntoldAlert } from './alertTeller';
import {
  NOTHING_RETRIED,
  PROBE_MS,
  Retried,
  retrySetAside,
  SET_ASIDE_RETRY_MS,
} from './retrySetAside';
import {
  afterAnswer,
  afterFailedCall,
  afterRetry,
  mayRetry,
  ShippingResult,
} from './shippingResult';
import { alertsOf, auditShipping, logShipping, newsOf } from './shippingWords';

export interface ShipperOptions {
  db: Database;
  sinks: readonly AuditSinkPort[];
  policy: Policy['auditTrail'];
  clock: Clock;
  logger: LoggerService;
  holder: string;
  leaseMs: number;
  /** Longest time for one try, ms; must be shorter than the lease. */
  timeoutMs: number;
  /** Where people look at what they are told. */
  link: string;
  onAlerts: (alerts: UntoldAlert[]) => void;
  /** There may be more to ship, in so many milliseconds; now by default. */
  onMore: (inMs?: number) => void;
}

/** One call takes no more records, and no more bytes of them. */
const BATCH_RECORDS = 500;
const BATCH_BYTES = 5_000_000;

/** Failures that fewer records at once may avoid: too long, or too large. */
const SMALLER_MAY_DO: ReadonlySet<PortErrorCode> = new Set([
  'TIMEOUT',
  'VALIDATION',
]);

/**
 * Brings the audit trail from the database to its sinks, in order and at
 * least once (SPEC §10). A sink knows what it has, so that a batch shipped again
 * after a crash adds nothing. While a sink takes nothing its records wait.
 */
export class AuditShipper {
  readonly #options: ShipperOptions;
  readonly #sinks: ReadonlyMap<string, AuditSinkPort>;
  readonly #prepared = new Set<string>();
  readonly #batchRecords = new Map<string, number>();
  #registered: Promise<void> | undefined;

  constructor(options: ShipperOptions) {
    this.#options = options;
    this.#sinks = new Map(options.sinks.map(sink => [sink.name, sink]));
  }

  /** Sinks with something to ship that nobody is at work on. */
  async claim(limit: number): Promise<ClaimedSink[]> {
    const { clock, db, holder, leaseMs } = this.#options;
    await this.#register();
    const now = clock.now();
    const claimed: ClaimedSink[] = [];
    for (const name of this.#sinks.keys()) {
      if (claimed.length < limit) {
        const sink = await claimAuditSink(db, {
          name,
          now,
          setAsideBefore: now - SET_ASIDE_RETRY_MS,
          probeBefore: now - PROBE_MS,
          holder,
          leaseMs,
        });
        claimed.push(...(sink ? [sink] : []));
      }
    }
    return claimed;
  }

  /** One batch to one claimed sink. */
  async ship(claimed: ClaimedSink, signal: AbortSignal): Promise<void> {
    await traced(
      SPANS.ship,
      { sink: claimed.name },
      span => this.#ship(claimed, signal, span),
      { root: true },
    );
  }

  async #ship(
    claimed: ClaimedSink,
    signal: AbortSignal,
    span: TracedWork,
  ): Promise<void> {
    const { clock, db, timeoutMs } = this.#options;
    const { name, ticket } = claimed;
    const sink = this.#sinks.get(name);
    if (!sink) {
      throw new Error(`Nothing is configured for the sink ${name}`);
    }
    const calls: CallRecord[] = [];
    const call: CallContext = {
      record: each => calls.push(each),
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    };
    const result = await this.#shipBatch(claimed, sink, call, span);
    if (signal.aborted && !mayRetry(result)) {
      // Cut short by our shutdown, which says nothing about the sink.
      await releaseAuditSink(db, { name, ticket });
      return;
    }
    const retried =
      mayRetry(result) && !signal.aborted
        ? await retrySetAside(sink, call, {
            db,
            now: clock.now(),
            isFailing: result.failingSince !== undefined,
          })
        : NOTHING_RETRIED;
    await this.#finish(
      claimed,
      afterRetry(result, retried.stored),
      retried,
      calls,
      clock.now(),
    );
  }

  async #shipBatch(
    claimed: ClaimedSink,
    sink: AuditSinkPort,
    call: CallContext,
    span: TracedWork,
  ): Promise<ShippingResult> {
    const { clock, db, logger } = this.#options;
    const { name } = claimed;
    const limit = this.#batchRecords.get(name) ?? BATCH_RECORDS;
    const records = await readUnshipped(db, {
      after: claimed.shippedSeq,
      limit,
      maxBytes: BATCH_BYTES,
    });
    span.set({ records: records.length });
    try {
      await this.#prepare(sink, call);
      const outcomes = records.length > 0 ? await sink.ship(records, call) : [];
      this.#batchRecords.set(name, Math.min(BATCH_RECORDS, limit * 2));
      return afterAnswer(claimed, records, outcomes, clock.now());
    } catch (error) {
      span.fail(error);
      // Whatever it was, the sink may be another one when it is back: an empty one.
      this.#prepared.delete(name);
      if (error instanceof PortError && SMALLER_MAY_DO.has(error.code)) {
        this.#batchRecords.set(name, Math.max(1, Math.floor(limit / 2)));
      }
      if (!(error instanceof PortError) && claimed.failures === 0) {
        logger.error(
          `Shipping the audit trail to ${name} failed inside the operator`,
          error instanceof Error ? error : new Error(String(error)),
        );
      }
      return afterFailedCall(claimed, error, clock.now());
    }
  }

  async #prepare(sink: AuditSinkPort, call: CallContext): Promise<void> {
    if (!this.#prepared.has(sink.name)) {
      await sink.prepare(call);
      this.#prepared.add(sink.name);
    }
  }

  async #finish(
    claimed: ClaimedSink,
    result: ShippingResult,
    retried: Retried,
    calls: readonly CallRecord[],
    now: number,
  ): Promise<void> {
    const { db, link, logger, onAlerts, onMore, policy } = this.#options;
    const { name, ticket } = claimed;
    const news = newsOf(claimed, result, {
      now,
      stopAfter: policy.stopAfter,
      tellRefused:
        result.setAside.length > 0 && (await this.#isQuiet(name, now)),
    });
    const finished = await finishShipping(db, {
      name,
      ticket,
      now,
      ...result,
      ...retried,
      setAside: [...result.setAside, ...retried.refused],
      toldAt:
        result.failingSince === undefined
          ? undefined
          : claimed.toldAt ?? (news.tellFailing && now),
      audit: auditShipping(name, news, calls, now),
    });
    if (finished === 'lost') {
      // Whoever has it now ships the same again, and the sink knows it already.
      return;
    }
    logShipping(logger, name, news);
    onAlerts(
      alertsOf(name, news, {
        now,
        link,
        stopsProduction: policy.requiredInProduction,
      }),
    );
    const nextTryAt = result.problem?.nextTryAt;
    if (nextTryAt !== undefined) {
      onMore(nextTryAt - now);
    } else if (
      result.shippedSeq > claimed.shippedSeq ||
      retried.resolved.length > 0
    ) {
      onMore();
    }
  }

  /** Nothing was set aside for a while, so that it is news. */
  async #isQuiet(name: string, now: number): Promise<boolean> {
    const [state] = await listAuditSinks(this.#options.db, [name]);
    const latest = state?.setAsideLatest[0];
    return latest === undefined || latest.at <= now - SET_ASIDE_RETRY_MS;
  }

  /** Once; a failure is tried again with the next claim. */
  async #register(): Promise<void> {
    const { clock, db, sinks } = this.#options;
    this.#registered ??= registerAuditSinks(db, { sinks, now: clock.now() });
    try {
      await this.#registered;
    } catch (error) {
      this.#registered = undefined;
      throw error;
    }
  }
}
