import { Effect, EffectOutcome } from '../core/effect';
import { mayRetryByOutbox, PortError, RETRY_DELAYS_MS } from '../ports';

/** What an error of the outside means for an effect: try again, or a definite end. */
export type Failure =
  | {
      result: 'retry';
      because: string;
      notBefore: number;
      /** Later effects of the same lane need not wait for this one any more. */
      stepAside?: boolean;
    }
  | { result: 'final'; outcome: EffectOutcome };

function outcomeOf(effect: Effect, error: PortError): EffectOutcome {
  const because = error.message;
  const { kind } = effect;
  const denied =
    error.code === 'PERMISSION_DENIED' || error.code === 'UNAUTHENTICATED';
  if (kind === 'open_pull_request') {
    if (denied) {
      return { kind, result: 'permission_denied', because };
    }
    if (error.code === 'CONFLICT') {
      return { kind, result: 'conflict', because };
    }
    if (!mayRetryByOutbox(error.code)) {
      return { kind, result: 'invalid', because };
    }
  }
  if (kind === 'merge_pull_request') {
    if (denied) {
      return { kind, result: 'permission_denied', because };
    }
    if (error.code === 'CONFLICT') {
      return { kind, result: 'refused', because, headMoved: false };
    }
  }
  return { kind, result: 'failed', because };
}

/** Longest pause before an event is offered once more. */
const MAX_EVENT_PAUSE_MS = 5 * 60_000;
/** About a day. */
const MAX_EVENT_TRIES = 300;

/**
 * An event is offered until it is taken, for about a day: whoever follows a
 * rollback by its events shall miss none of them because the event bus was away. Where it is
 * not refused but never taken, one subscriber does not come back: then the later
 * events no longer wait for this one.
 */
function afterEventFailure(
  { kind }: Effect,
  error: unknown,
  attempt: number,
  now: number,
): Failure {
  const because = error instanceof Error ? error.message : String(error);
  if (attempt >= MAX_EVENT_TRIES) {
    return { result: 'final', outcome: { kind, result: 'failed', because } };
  }
  const [firstPause] = RETRY_DELAYS_MS;
  return {
    result: 'retry',
    because,
    notBefore:
      now + Math.min(MAX_EVENT_PAUSE_MS, firstPause * 2 ** (attempt - 1)),
    stepAside:
      error instanceof PortError &&
      error.code === 'TIMEOUT' &&
      attempt > RETRY_DELAYS_MS.length,
  };
}

/**
 * What to do after `error` ended try number `attempt` (1 is the first). An error
 * that is no PortError is a fault of ours: retried the same way, because what is
 * wrong may be a passing state of this process.
 */
export function afterFailure(
  effect: Effect,
  error: unknown,
  attempt: number,
  now: number,
): Failure {
  if (effect.kind === 'publish_event') {
    return afterEventFailure(effect, error, attempt, now);
  }
  const delay: number | undefined = RETRY_DELAYS_MS[attempt - 1];
  const isPortError = error instanceof PortError;
  const mayRetry = !isPortError || mayRetryByOutbox(error.code);
  if (mayRetry && delay !== undefined) {
    const because = isPortError
      ? error.message
      : 'AI Operator failed while carrying this out; its log has the details';
    const told = isPortError ? error.retryAt : undefined;
    return {
      result: 'retry',
      because,
      notBefore: Math.max(now + delay, told ?? 0),
    };
  }
  return {
    result: 'final',
    outcome: isPortError
      ? outcomeOf(effect, error)
      : {
          kind: effect.kind,
          result: 'failed',
          because: `AI Operator failed ${attempt} times while carrying this out; its log has the details`,
        },
  };
}
