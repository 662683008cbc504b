import { CallContext, CallRecord, PortError } from '..';

/** Lets a fake's methods fail on demand; one per fake, so tests share nothing. */
export class Mishaps {
  readonly #queue = new Map<string, PortError[]>();
  readonly #lasting = new Map<string, PortError>();

  /** The next call of `method` fails; several wait for their turn. */
  failNext(method: string, error: PortError): void {
    this.#queue.set(method, [...(this.#queue.get(method) ?? []), error]);
  }

  /** Every call of `method` fails until `undefined` is given. */
  failAlways(method: string, error: PortError | undefined): void {
    if (error) {
      this.#lasting.set(method, error);
    } else {
      this.#lasting.delete(method);
    }
  }

  /** What the next call of `method` fails with. */
  take(method: string): PortError | undefined {
    return this.#queue.get(method)?.shift() ?? this.#lasting.get(method);
  }
}

/** Answers like a port: fails when told to, and leaves a record either way. */
export async function answer<T>(
  options: {
    method: string;
    name: string;
    parameters: Record<string, unknown>;
    call: CallContext;
    mishaps: Mishaps;
    now: () => number;
  },
  work: () => T,
): Promise<T> {
  const { method, name, parameters, call, mishaps } = options;
  const record = (
    outcome: Pick<CallRecord, 'result' | 'response' | 'errorCode'>,
  ) =>
    call.record({
      name,
      parameters,
      startedAt: options.now(),
      durationMs: 0,
      retryCount: 0,
      ...outcome,
    });
  try {
    if (call.signal?.aborted) {
      throw new PortError('CANCELLED', `${name} was cancelled`);
    }
    const mishap = mishaps.take(method);
    if (mishap) {
      throw mishap;
    }
    const result = work();
    record({
      result: 'success',
      response: typeof result === 'string' ? { result } : 'done',
    });
    return result;
  } catch (error) {
    record({
      result: 'failure',
      response: error instanceof Error ? error.message : String(error),
      errorCode: error instanceof PortError ? error.code : undefined,
    });
    throw error;
  }
}
