import { CallContext, Clock, PortError } from '../../ports';
import { traced, TracedWork } from '../../tracing';
import { CallMetrics, Sleep } from '../types';
import {
  CallName,
  MAX_RETRY_DELAY_MS,
  mayRetry,
  RETRY_DELAYS_MS,
} from './retryTable';

/** Told of an answer that has nothing in it. */
const NO_CONTENT = 'done';

/** What every external call needs of the process around it. */
export interface CallEnvironment {
  clock: Clock;
  sleep: Sleep;
  metrics: CallMetrics;
}

export interface ExternalCall<T> {
  /** The seed's name of the call (SPEC §10); has a row in the retry table. */
  name: CallName;
  /** What is asked; goes into the audit, so never a credential. */
  parameters: Record<string, unknown>;
  call: CallContext;
  environment: CallEnvironment;
  /** A short form of the answer for the audit. */
  summarize(answer: T): unknown;
}

/** Given to each attempt. */
export interface Attempt {
  /** 0 for the first one. */
  number: number;
  signal: AbortSignal | undefined;
}

/**
 * The only way out: runs `attempt` until it succeeds, fails for good, or all
 * retries are used up; records the call once, counts it once, and is one span,
 * whatever happens.
 *
 * @throws PortError; any other error is a fault of our own and passes unchanged
 */
export async function callExternal<T>(
  options: ExternalCall<T>,
  attempt: (context: Attempt) => Promise<T>,
): Promise<T> {
  const { name } = options;
  const [peer] = name.split('.', 1);
  return traced(name, { peer }, span => makeCall(options, attempt, span), {
    client: true,
  });
}

async function makeCall<T>(
  options: ExternalCall<T>,
  attempt: (context: Attempt) => Promise<T>,
  span: TracedWork,
): Promise<T> {
  const { name, parameters, call, environment } = options;
  const { clock, metrics } = environment;
  const startedAt = clock.now();
  let retryCount = 0;

  const finish = (outcome: { answer: T } | { error: unknown }): void => {
    const durationMs = Math.max(0, clock.now() - startedAt);
    const failed = 'error' in outcome;
    const error = failed ? outcome.error : undefined;
    const errorCode = error instanceof PortError ? error.code : undefined;
    metrics.observe(
      name,
      durationMs,
      failed ? errorCode ?? 'INTERNAL' : undefined,
    );
    span.set({ retryCount });
    if (failed) {
      span.fail(error, errorCode ?? 'INTERNAL');
    }
    call.record({
      name,
      parameters,
      result: failed ? 'failure' : 'success',
      response: failed
        ? describeFailure(outcome.error)
        : options.summarize(outcome.answer) ?? NO_CONTENT,
      errorCode,
      startedAt,
      durationMs,
      retryCount,
    });
  };

  for (;;) {
    let error: unknown;
    try {
      throwIfCancelled(call.signal, name);
      const answer = await attempt({ number: retryCount, signal: call.signal });
      finish({ answer });
      return answer;
    } catch (caught) {
      error = call.signal?.aborted
        ? stopped(call.signal, name, caught)
        : caught;
    }
    const delay =
      !call.signal?.aborted &&
      error instanceof PortError &&
      mayRetry(name, error.code)
        ? delayBefore(retryCount, error, clock.now())
        : undefined;
    if (delay === undefined) {
      finish({ error });
      throw error;
    }
    try {
      await environment.sleep(delay, call.signal);
    } catch (caught) {
      // Out of time between two attempts: what the last one heard says more.
      const failure =
        call.signal?.aborted && !isOutOfTime(call.signal)
          ? stopped(call.signal, name, caught)
          : error;
      finish({ error: failure });
      throw failure;
    }
    retryCount += 1;
  }
}

function describeFailure(error: unknown): string {
  return error instanceof PortError
    ? error.message
    : 'AI Operator failed while making this call; its log has the details';
}

/** Milliseconds to wait before the next attempt; undefined when there is none. */
export function delayBefore(
  retryCount: number,
  error: Pick<PortError, 'retryAt'>,
  now: number,
): number | undefined {
  if (retryCount >= RETRY_DELAYS_MS.length) {
    return undefined;
  }
  if (error.retryAt === undefined) {
    return Math.min(RETRY_DELAYS_MS[retryCount], MAX_RETRY_DELAY_MS);
  }
  // Asked to come back later than we may wait: the caller is told when, and
  // asking earlier would only make a rate limit longer.
  const wait = Math.max(0, error.retryAt - now);
  return wait <= MAX_RETRY_DELAY_MS ? wait : undefined;
}

function throwIfCancelled(signal: AbortSignal | undefined, name: string) {
  if (signal?.aborted) {
    throw stopped(signal, name, signal.reason);
  }
}

/** Whether the caller's time ran out (`AbortSignal.timeout`), rather than its interest. */
function isOutOfTime({ reason }: AbortSignal): boolean {
  return reason instanceof DOMException && reason.name === 'TimeoutError';
}

function stopped(signal: AbortSignal, name: string, cause: unknown): PortError {
  return isOutOfTime(signal)
    ? new PortError(
        'TIMEOUT',
        `${name} was not answered within the time there was for it`,
        { cause },
      )
    : new PortError('CANCELLED', `${name} was cancelled`, { cause });
}
