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
  /** For one message, ms. */
  timeoutMs: number;
}

/** Messages of one tick; a whole fleet in trouble is one message more, not thousands. */
const MAX_PER_TICK = 10;

/**
 * Tells alerts that belong to no rollback (SPEC §4: Missing, Unknown, degraded
 * without proof, an Argo CD instance that does not answer). They are in the
 * audit and the portal already, so a message that cannot be sent is logged and
 * not repeated: the next alert of the same kind is as good.
 */
export class AlertTeller {
  readonly #options: AlertTellerOptions;
  readonly #underWay = new Set<Promise<void>>();

  constructor(options: AlertTellerOptions) {
    this.#options = options;
  }

  tell(alerts: readonly UntoldAlert[]): void {
    const told = alerts.slice(0, MAX_PER_TICK);
    const rest = alerts.length - told.length;
    const all =
      rest > 0
        ? [
            ...told,
            {
              ...alerts[MAX_PER_TICK],
              scope: 'fleet',
              title: `AI Operator: ${rest} more applications need a look`,
              description: `${rest} more alerts came with the same look at Argo CD. The fleet page lists them, worst first.`,
              link: alerts[MAX_PER_TICK].link,
            },
          ]
        : told;
    const work = this.#sendAll(all).finally(() => this.#underWay.delete(work));
    this.#underWay.add(work);
  }

  /** Resolves when everything under way has been sent or has failed. */
  async drain(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async #sendAll(alerts: readonly UntoldAlert[]): Promise<void> {
    for (const alert of alerts) {
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
          signal: AbortSignal.timeout(timeoutMs),
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
