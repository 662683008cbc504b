import { AuditRecord } from '@ai-operator/backstage-plugin-ai-operator-common';
import { AuditSubject, CallTotal, callTotalRecord } from '../audit';
import { CallRecord } from '../ports';

/**
 * Adds up calls that changed nothing and are therefore not recorded one by one
 * (SPEC §10), so that the trail still tells that they were made. Memory only:
 * what was not told when a process died is lost, at most one period of it.
 */
export class CallTally {
  readonly #totals = new Map<string, CallTotal>();

  /** When the first of the calls began, ms epoch; undefined while there are none. */
  get since(): number | undefined {
    const times = [...this.#totals.values()].map(({ from }) => from);
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  add(calls: readonly CallRecord[]): void {
    for (const call of calls) {
      const endedAt = call.startedAt + call.durationMs;
      const total = this.#totals.get(call.name) ?? {
        name: call.name,
        from: call.startedAt,
        to: endedAt,
        calls: 0,
        failed: 0,
        retryCount: 0,
        totalMs: 0,
        longestMs: 0,
      };
      this.#totals.set(call.name, {
        ...total,
        from: Math.min(total.from, call.startedAt),
        to: Math.max(total.to, endedAt),
        calls: total.calls + 1,
        failed: total.failed + (call.result === 'failure' ? 1 : 0),
        retryCount: total.retryCount + call.retryCount,
        totalMs: total.totalMs + call.durationMs,
        longestMs: Math.max(total.longestMs, call.durationMs),
      });
    }
  }

  /** One record for each kind of call, at `now` (ms epoch). */
  records(subject: AuditSubject, now: number): AuditRecord[] {
    return [...this.#totals.values()].map(total =>
      callTotalRecord(subject, now, total),
    );
  }

  clear(): void {
    this.#totals.clear();
  }
}
