import { CallRecord } from '../ports';

/** What tells one failure from another. */
type Failing = Pick<CallRecord, 'name' | 'errorCode' | 'result'>;

/** More rollbacks than can be open at once; the oldest is forgotten beyond. */
const MAX_REMEMBERED = 1_000;

/**
 * Tells a failure that has just begun from one that goes on, so that an outage
 * is one audit record per rollback and not one per look. Memory only: after a
 * restart a failure that still lasts is told once more.
 */
export class RecentFailures {
  readonly #byRollback = new Map<string, ReadonlySet<string>>();

  /** Returns the failed calls whose kind of failure was not there at the look before. */
  update<C extends Failing>(correlationId: string, calls: readonly C[]): C[] {
    const before = this.#byRollback.get(correlationId);
    const failed = calls.filter(({ result }) => result === 'failure');
    const kinds = new Set(failed.map(kindOf));
    this.#byRollback.delete(correlationId);
    if (kinds.size > 0) {
      this.#byRollback.set(correlationId, kinds);
      const [oldest] = this.#byRollback.keys();
      if (this.#byRollback.size > MAX_REMEMBERED && oldest !== undefined) {
        this.#byRollback.delete(oldest);
      }
    }
    return failed.filter(call => !before?.has(kindOf(call)));
  }

  forget(correlationId: string): void {
    this.#byRollback.delete(correlationId);
  }
}

function kindOf({ name, errorCode }: Failing): string {
  return `${name} ${errorCode ?? ''}`;
}
