import {
  NotificationRecipients,
  NotificationService,
} from '@backstage/plugin-notifications-node';
import { NotifyConfig } from '../../config';
import { Audience, CallContext, NotifierPort } from '../../ports';
import {
  CallEnvironment,
  callExternal,
  shorten,
  toPortError,
  within,
} from '../http';

/** Audit names of the calls made here. */
export const NOTIFICATIONS_CALLS = ['notifications.send'] as const;

/** Topic of every message, for people's settings and for routes of processors. */
export const NOTIFICATIONS_TOPIC = 'ai-operator';

/** For one message, ms: the service knows no limit of its own. */
const TIMEOUT_MS = 10_000;
/** A column of 255 characters on PostgreSQL. */
const TITLE_LIMIT = 250;
/** Slack refuses a message whose section is longer than 3000 characters. */
const DESCRIPTION_LIMIT = 2_900;

type Message = Parameters<NotifierPort['send']>[0];

/**
 * Backstage notifications. The scope is the rollback's: a message sent twice, or
 * a later one, takes the place of the earlier, in the portal and in Slack.
 *
 * The service takes a message without waiting for its processors, so `sent` says
 * that Backstage has it; a Slack that fails is in the notifications backend's log.
 */
export class Notifications implements NotifierPort {
  readonly #service: NotificationService;
  readonly #notify: NotifyConfig;
  readonly #environment: CallEnvironment;

  constructor(
    service: NotificationService,
    notify: NotifyConfig,
    environment: CallEnvironment,
  ) {
    this.#service = service;
    this.#notify = notify;
    this.#environment = environment;
  }

  async send(
    message: Message,
    call: CallContext,
  ): Promise<'sent' | 'nobody_to_tell'> {
    const { audience, title, severity, link, scope } = message;
    const groups = recipientsOf(this.#notify, audience);
    if (groups.length === 0) {
      return 'nobody_to_tell';
    }
    const asked = `Backstage notifications: message '${shorten(title, 80)}'`;
    return callExternal(
      {
        name: 'notifications.send',
        // How many are told, not who: the audit names nobody who has not acted.
        parameters: {
          ...{ audience, title, severity, link, scope },
          recipients: groups.map(describe),
        },
        call,
        environment: this.#environment,
        summarize: result => ({ result }),
      },
      async ({ signal }) => {
        for (const recipients of groups) {
          await within(this.#sendTo(recipients, message, asked), {
            timeoutMs: TIMEOUT_MS,
            signal,
            asked,
          });
        }
        return 'sent' as const;
      },
    );
  }

  async #sendTo(
    recipients: NotificationRecipients,
    { title, description, severity, link, scope }: Message,
    asked: string,
  ): Promise<void> {
    try {
      await this.#service.send({
        recipients,
        payload: {
          title: shorten(title, TITLE_LIMIT),
          description: shorten(description, DESCRIPTION_LIMIT),
          severity,
          link,
          scope,
          topic: NOTIFICATIONS_TOPIC,
        },
      });
    } catch (error) {
      throw toPortError(error, asked);
    }
  }
}

/** A broadcast reaches everybody once; whoever is named gets a message of their own as well. */
function recipientsOf(
  { broadcast, recipients, admins }: NotifyConfig,
  audience: Audience,
): NotificationRecipients[] {
  const entityRef = [
    ...new Set([...recipients, ...(audience === 'admins' ? admins : [])]),
  ];
  return [
    ...(broadcast ? [{ type: 'broadcast' } as const] : []),
    ...(entityRef.length > 0 ? [{ type: 'entity', entityRef } as const] : []),
  ];
}

function describe(recipients: NotificationRecipients): string {
  return recipients.type === 'broadcast'
    ? 'everybody'
    : `${[recipients.entityRef].flat().length} of the catalog`;
}
