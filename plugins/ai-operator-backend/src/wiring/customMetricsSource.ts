import { MetricsSource } from '@ai-operator/backstage-plugin-ai-operator-node';
import {
  CallContext,
  CallRecord,
  Clock,
  MetricsSourcePort,
  PortError,
} from '../ports';
import { traced } from '../tracing';

const CALL_NAME = 'metricsSource.queryUptime';
type UptimeRequest = Parameters<MetricsSourcePort['uptime']>[0];

/** An adopter's source gets this long, ms. */
const TIMEOUT_MS = 10_000;

/** An adopter's metrics source behind our port: bounded in time, its calls recorded, its answers checked. */
export function customMetricsSource(
  source: MetricsSource,
  clock: Clock,
): MetricsSourcePort {
  return {
    configured: () => true,
    uptime: (request, call) =>
      traced(
        CALL_NAME,
        { peer: source.name, retryCount: 0 },
        () => ask(source, clock, request, call),
        { client: true },
      ),
  };
}

async function ask(
  source: MetricsSource,
  clock: Clock,
  request: UptimeRequest,
  { record, signal }: CallContext,
): Promise<number | undefined> {
  const startedAt = clock.now();
  const began = performance.now();
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const finish = (result: Pick<CallRecord, 'result'> & Partial<CallRecord>) =>
    record({
      name: CALL_NAME,
      parameters: { source: source.name, ...request },
      startedAt,
      durationMs: performance.now() - began,
      retryCount: 0,
      ...result,
    });
  try {
    const giveUp = signal ? AbortSignal.any([signal, timeout]) : timeout;
    // Not every source listens to the signal; we do.
    const share = await Promise.race([
      source.uptime(request, { signal: giveUp }),
      rejectOnAbort(giveUp),
    ]);
    if (share !== undefined && !(share >= 0 && share <= 1)) {
      throw new PortError(
        'MALFORMED_ANSWER',
        `Metrics source ${source.name} answered ${share} for an uptime; it must be a share between 0 and 1`,
      );
    }
    finish({ result: 'success', response: { uptime: share } });
    return share;
  } catch (cause) {
    const error = toPortError(source, cause, timeout, signal);
    finish({
      result: 'failure',
      errorCode: error.code,
      response: error.message,
    });
    throw error;
  }
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
    }
    signal.addEventListener('abort', () => reject(signal.reason), {
      once: true,
    });
  });
}

function toPortError(
  source: MetricsSource,
  cause: unknown,
  timeout: AbortSignal,
  signal: AbortSignal | undefined,
): PortError {
  if (cause instanceof PortError) {
    return cause;
  }
  if (signal?.aborted) {
    return new PortError(
      'CANCELLED',
      `Asking metrics source ${source.name} was cancelled`,
      { cause },
    );
  }
  if (timeout.aborted) {
    return new PortError(
      'TIMEOUT',
      `Metrics source ${source.name} did not answer within ${TIMEOUT_MS} ms`,
      { cause },
    );
  }
  return new PortError(
    'UNAVAILABLE',
    `Metrics source ${source.name} failed: ${
      cause instanceof Error ? cause.message : String(cause)
    }`,
    { cause },
  );
}
