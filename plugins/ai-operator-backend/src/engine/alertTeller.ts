import { LoggerService } from '@backstage/backend-plugin-api';
import { AuditRecord } from '@ai-operator/backstage-plugin-ai-operator-common';
import { callRecord } from '../audit';
import { appendAuditRecords, Database } from '../persistence';
import { CallRecord, NotifierPort } from '../ports';

/** Something people are told that no rollback tells: nobody is rolling back here. */
export interface UntoldAlert {
  /** Alerts of one scope are one thread. */
  scope: string;
  title: string;
  description: string;
  urgent: boolean;
  link: string;
}

export interface AlertTellerOptions {
  db: Database;
  notifier: NotifierPort;
  logger: LoggerService;
  /** The portal's fleet page. */
  fleetLink: string;
  /** For one message, ms. */
  timeoutMs: number;
}

/** Messages of one tick; a whole fleet in trouble is one message more, not thousands. */
const MAX_PER_TICK = 10;

/** Ticks whose messages are still being sent; when they are that slow, more of them help nobody. */
const MAX_UNDER_WAY = 5;

/**
 * Tells alerts that belong to no rollback (SPEC §4: Missing, Unknown, degraded
 * without proof, an Argo CD instance that does not answer). They are in the
 * audit and the portal already, so a message that cannot be sent is logged and
 * not repeated: the next alert of the same kind is as good.
 */
export class AlertTeller {
  readonly #options: AlertTellerOptions;
  readonly #underWay = new Set<Promise<void>>();
  readonly #stopped = new AbortController();

  constructor(options: AlertTellerOptions) {
    this.#options = options;
  }

  /** Begins to tell; never waits, never fails. */
  tell(alerts: readonly UntoldAlert[]): void {
    if (this.#underWay.size >= MAX_UNDER_WAY) {
      this.#options.logger.warn(
        `People are not told of ${alerts.length} more alerts: ${MAX_UNDER_WAY} earlier rounds of messages are still being sent. The fleet page shows them.`,
      );
      return;
    }
    const work = this.#sendAll(this.#messages(alerts)).finally(() =>
      this.#underWay.delete(work),
    );
    this.#underWay.add(work);
  }

  /** Resolves when everything under way has been sent or has failed; what is left after `timeoutMs` is given up. */
  async drain(timeoutMs?: number): Promise<void> {
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => this.#stopped.abort(), timeoutMs);
    await Promise.all(this.#underWay);
    clearTimeout(timer);
  }

  /** The urgent ones come first, and what is too much is one message. */
  #messages(alerts: readonly UntoldAlert[]): UntoldAlert[] {
    const sorted = [...alerts].sort(
      (a, b) => Number(b.urgent) - Number(a.urgent),
    );
    const told = sorted.slice(0, MAX_PER_TICK);
    const rest = sorted.slice(MAX_PER_TICK);
    if (rest.length < 2) {
      return sorted;
    }
    return [
      ...told,
      {
        scope: 'fleet',
        title: `AI Operator: ${rest.length} more applications need a look`,
        description: `${rest.length} more alerts came with the same look at Argo CD. The fleet page lists them, worst first.`,
        urgent: rest.some(({ urgent }) => urgent),
        link: this.#options.fleetLink,
      },
    ];
  }

  async #sendAll(alerts: readonly UntoldAlert[]): Promise<void> {
    for (const alert of alerts) {
      if (this.#stopped.signal.aborted) {
        return;
      }
      await this.#send(alert);
    }
  }

  async #send(alert: UntoldAlert): Promise<void> {
    const { db, logger, notifier, timeoutMs } = this.#options;
    const { scope, title, description, urgent, link } = alert;
    const calls: CallRecord[] = [];
    try {
      await notifier.send(
        {
          audience: 'oncall',
          title,
          description,
          severity: urgent ? 'high' : 'normal',
          link,
          scope,
        },
        {
          record: call => calls.push(call),
          signal: AbortSignal.any([
            this.#stopped.signal,
            AbortSignal.timeout(timeoutMs),
          ]),
        },
      );
    } catch (error) {
      logger.warn(
        `People could not be told "${title}": ${
          error instanceof Error ? error.message : String(error)
        }`,
      );
    }
    const audit: AuditRecord[] = calls.map(call =>
      callRecord({ metadata: { alert: scope } }, call),
    );
    try {
      await appendAuditRecords(db, { audit });
    } catch (error) {
      logger.error(
        'The record of a sent alert could not be stored',
        error instanceof Error ? error : new Error(String(error)),
      );
    }
  }
}
