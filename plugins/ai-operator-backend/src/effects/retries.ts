import { Effect, EffectOutcome } from '../core/effect';
import { mayRetryByOutbox, PortError, RETRY_DELAYS_MS } from '../ports';

/** What an error of the outside means for an effect: try again, or a definite end. */
export type Failure =
  | { result: 'retry'; because: string; notBefore: number }
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
