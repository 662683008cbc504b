import { LoggerService } from '@backstage/backend-plugin-api';
import { EventsService } from '@backstage/plugin-events-node';
import { readWebhook, WEBHOOK_EVENTS } from '../adapters/github';
import { WebhookDoor } from '../engine';

/**
 * Subscribes to GitHub's webhooks, which the events backend receives and whose
 * signature its GitHub module checks. Without them polling does all.
 */
export async function listenToGitHub(options: {
  events: Pick<EventsService, 'subscribe'>;
  webhooks: WebhookDoor;
  repositorySlug: (cloneUrl: string) => string | undefined;
  logger: LoggerService;
}): Promise<void> {
  const { events, logger, repositorySlug, webhooks } = options;
  await events.subscribe({
    id: 'ai-operator',
    topics: WEBHOOK_EVENTS.map(name => `github.${name}`),
    async onEvent({ eventPayload }) {
      const news = readWebhook(eventPayload);
      const repository = news && repositorySlug(news.cloneUrl);
      if (!news || repository === undefined) {
        return;
      }
      const { cloneUrl: _, ...rest } = news;
      try {
        await webhooks.receive({ repository, ...rest });
      } catch (error) {
        // A delivery that is lost is found by polling.
        logger.warn(
          `A webhook of ${repository} could not wake anybody: ${
            error instanceof Error ? error.message : String(error)
          }`,
        );
      }
    },
  });
}
