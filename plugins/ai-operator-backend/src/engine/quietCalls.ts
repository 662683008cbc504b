import { AuditRecord } from '@ai-operator/backstage-plugin-ai-operator-common';
import { AuditSubject } from '../audit';
import { CallRecord } from '../ports';
import { CallTally } from './callTally';

/** More rollbacks than can be open at once; the oldest is forgotten beyond. */
const MAX_REMEMBERED = 1_000;

/** The calls of looks at rollbacks that changed nothing, until something does. */
export class QuietCalls {
  readonly #byRollback = new Map<string, CallTally>();

  add(correlationId: string, calls: readonly CallRecord[]): void {
    if (calls.length === 0) {
      return;
    }
    const tally = this.#byRollback.get(correlationId) ?? new CallTally();
    tally.add(calls);
    this.#byRollback.set(correlationId, tally);
    const [oldest] = this.#byRollback.keys();
    if (this.#byRollback.size > MAX_REMEMBERED && oldest !== undefined) {
      this.#byRollback.delete(oldest);
    }
  }

  /** What is still to be told of a rollback, `now` in ms epoch. */
  records(subject: AuditSubject, now: number): AuditRecord[] {
    const { correlationId } = subject;
    return correlationId === undefined
      ? []
      : this.#byRollback.get(correlationId)?.records(subject, now) ?? [];
  }

  /** It is told, and in the database. */
  forget(correlationId: string): void {
    this.#byRollback.delete(correlationId);
  }
}
