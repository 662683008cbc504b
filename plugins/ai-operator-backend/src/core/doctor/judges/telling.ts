import { clockTime, duration } from '../../time';
import { Fact } from '../facts';
import { check, Finding } from './finding';

/** How people are told, woken up and heard. */
export interface TellingFacts {
  /** Recipients of notifications, as configured. */
  notify: { recipients: number; broadcast: boolean };
  /** Whether the notifications plugin answers. */
  notifications: Fact<undefined>;
  pager: { isConfigured: boolean };
  /** Arrival of the latest GitHub webhook since this process started; ms epoch. */
  lastWebhookAt?: number;
  now: number;
}

/** Notifications, pager and webhooks. */
export function judgeTelling(facts: TellingFacts): Finding[] {
  return [
    judgeRecipients(facts),
    judgeNotifications(facts),
    judgePager(facts),
    judgeWebhooks(facts),
  ];
}

const NOTIFICATIONS = {
  area: 'notifications' as const,
  name: 'Notifications',
  path: '',
};

function judgeRecipients({ notify }: TellingFacts): Finding {
  const about = check(NOTIFICATIONS, 'recipients', 'Recipients');
  if (notify.broadcast) {
    return about.ok('Everybody in the portal is told');
  }
  return notify.recipients > 0
    ? about.ok(
        `${notify.recipients} ${
          notify.recipients === 1 ? 'recipient is' : 'recipients are'
        } configured`,
      )
    : about.warning(
        'Nobody is told when people are needed: escalations are only in the portal and on GitHub',
        'Name people or groups in aiOperator.escalation.notify.recipients',
      );
}

function judgeNotifications({ notifications }: TellingFacts): Finding {
  const about = check(NOTIFICATIONS, 'connection', 'Notifications plugin');
  return notifications.known
    ? about.ok('It answers')
    : about.failed(
        notifications,
        notifications.failure === 'missing'
          ? 'Install @backstage/plugin-notifications-backend (and its Slack processor, if people are to be told in Slack)'
          : undefined,
      );
}

function judgePager({ pager }: TellingFacts): Finding {
  const about = check(
    { area: 'pager', name: 'Pager', path: '' },
    'configured',
    'Pager',
  );
  return pager.isConfigured
    ? about.ok(
        'A pager is configured; it is not tried here, since that would wake somebody',
      )
    : about.warning(
        'No pager is configured: nobody is woken up when an escalation stays unanswered',
        'Set aiOperator.pager.webhook.url, or install a pager module',
      );
}

/** Webhooks only make things quicker: without them polling does all. */
function judgeWebhooks({ lastWebhookAt, now }: TellingFacts): Finding {
  const about = check(
    { area: 'github', name: 'Webhooks', path: '' },
    'webhooks',
    'Webhooks',
  );
  return about.ok(
    lastWebhookAt === undefined
      ? 'None has arrived since this backend started. That is fine: polling does all, a webhook only makes it quicker'
      : `The latest arrived ${duration(
          now - lastWebhookAt,
        )} ago, at ${clockTime(lastWebhookAt, now)}`,
  );
}
