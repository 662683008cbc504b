import { Effect, EffectOutcome } from '../core/effect';
import { PortError, PortErrorCode } from '../ports';

/** What an error of the outside means for an effect: try again, or a definite end. */
export type Failure =
  | { result: 'retry'; because: string; notBefore: number }
  | { result: 'final'; outcome: EffectOutcome };

/**
 * Whether trying again can help, by what the port said. Permissions and bad
 * requests do not mend themselves within seconds; outages and limits do.
 */
const RETRYABLE: Record<PortErrorCode, boolean> = {
  NOT_FOUND: false,
  UNAUTHENTICATED: false,
  PERMISSION_DENIED: false,
  VALIDATION: false,
  CONFLICT: false,
  MISCONFIGURED: false,
  RATE_LIMITED: true,
  TIMEOUT: true,
  UNAVAILABLE: true,
  MALFORMED_ANSWER: true,
  CANCELLED: true,
};

/** Waits between tries, ms (SPEC §2). Their number is the number of retries. */
const DELAYS = [1_000, 2_000, 4_000];

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
    if (!RETRYABLE[error.code]) {
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
  const delay = DELAYS[attempt - 1];
  const isPortError = error instanceof PortError;
  const mayRetry = !isPortError || RETRYABLE[error.code];
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
