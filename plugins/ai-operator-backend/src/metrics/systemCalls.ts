import { Clock, PortErrorCode } from '../ports';

/** How the latest calls of one outside system went; times in ms epoch. */
export interface LastCall {
  answeredAt?: number;
  failedAt?: number;
  /** Of the latest failure. */
  errorCode?: PortErrorCode | 'INTERNAL';
  /** Name of the call that failed last. */
  failedCall?: string;
}

/** The system said no, or did not have it: but it did answer. */
const ANSWERS: ReadonlySet<PortErrorCode | 'INTERNAL'> = new Set([
  'NOT_FOUND',
  'VALIDATION',
  'CONFLICT',
]);

/** Remembers per outside system whether it answers. The system is the part of a call's name before the dot. */
export class SystemCalls {
  readonly #clock: Clock;
  readonly #latest = new Map<string, LastCall>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  note(
    callName: string,
    errorCode: PortErrorCode | 'INTERNAL' | undefined,
  ): void {
    // We gave up ourselves; that says nothing about the system.
    if (errorCode === 'CANCELLED') {
      return;
    }
    const [system] = callName.split('.', 1);
    const before = this.#latest.get(system);
    const now = this.#clock.now();
    this.#latest.set(
      system,
      errorCode === undefined || ANSWERS.has(errorCode)
        ? { ...before, answeredAt: now }
        : { ...before, failedAt: now, errorCode, failedCall: callName },
    );
  }

  latest(): ReadonlyMap<string, LastCall> {
    return this.#latest;
  }
}
