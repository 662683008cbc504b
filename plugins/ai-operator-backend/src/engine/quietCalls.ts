import { AuditRecord } from '@ai-operator/backstage-plugin-ai-operator-common';
import { AuditSubject } from '../audit';
import { CallRecord } from '../ports';
import { CallTally } from './callTally';

/** More rollbacks than can be open at once; the one that was quiet longest is forgotten beyond. */
const MAX_REMEMBERED = 1_000;

/** Longest time for which calls stay untold, ms: another replica may go on with the rollback. */
const LONGEST_MS = 10 * 60_000;

interface Quiet {
  subject: AuditSubject;
  tally: CallTally;
}

/** The calls of looks at rollbacks that changed nothing, until something does. */
export class QuietCalls {
  readonly #byRollback = new Map<string, Quiet>();

  add(subject: AuditSubject, calls: readonly CallRecord[]): void {
    const { correlationId } = subject;
    if (correlationId === undefined || calls.length === 0) {
      return;
    }
    const { tally } = this.#byRollback.get(correlationId) ?? {
      tally: new CallTally(),
    };
    tally.add(calls);
    this.#byRollback.delete(correlationId);
    this.#byRollback.set(correlationId, { subject, tally });
    const [oldest] = this.#byRollback.keys();
    if (this.#byRollback.size > MAX_REMEMBERED && oldest !== undefined) {
      this.#byRollback.delete(oldest);
    }
  }

  /** What is still to be told of a rollback, `now` in ms epoch. */
  records(correlationId: string, now: number): AuditRecord[] {
    const quiet = this.#byRollback.get(correlationId);
    return quiet ? quiet.tally.records(quiet.subject, now) : [];
  }

  /** It is told, and in the database. */
  forget(correlationId: string): void {
    this.#byRollback.delete(correlationId);
  }

  /** Rollbacks of which something is untold for long; all of them with `everything`. */
  due(now: number, everything = false): string[] {
    return [...this.#byRollback].flatMap(([correlationId, { tally }]) =>
      everything || now - (tally.since ?? now) >= LONGEST_MS
        ? [correlationId]
        : [],
    );
  }
}
