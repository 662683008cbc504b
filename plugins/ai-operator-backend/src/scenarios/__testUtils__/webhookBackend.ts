import { dirname, join } from 'node:path';
import {
  BackendFeature,
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import eventsBackend from '@backstage/plugin-events-backend';
import {
  EventsService,
  eventsServiceFactory,
  eventsServiceRef,
} from '@backstage/plugin-events-node';

/** A Backstage backend that takes GitHub's webhooks. */
export interface WebhookBackend {
  /** Where GitHub is told to send them. */
  url: string;
  stop(): Promise<void>;
}

/**
 * Both halves of the GitHub module, which loads them with `import()`: Jest has
 * no such thing for CommonJS, so they are taken from where it would look.
 */
function gitHubEvents(): BackendFeature[] {
  const home = dirname(
    require.resolve('@backstage/plugin-events-backend-module-github'),
  );
  return ['eventsModuleGithubEventRouter', 'eventsModuleGithubWebhook'].map(
    name => jest.requireActual(join(home, 'service', `${name}.cjs.js`)).default,
  );
}

/**
 * The events backend with its GitHub module, as adopters install them, on a
 * port of its own.
 *
 * @param options - `secret`: what deliveries have to be signed with;
 *   `listen` is given the events service that our plugin would get
 */
export async function startWebhookBackend(options: {
  secret: string;
  listen: (events: EventsService) => Promise<void>;
}): Promise<WebhookBackend> {
  const listener = createBackendPlugin({
    pluginId: 'ai-operator',
    register(env) {
      env.registerInit({
        deps: { events: eventsServiceRef, logger: coreServices.logger },
        init: ({ events }) => options.listen(events),
      });
    },
  });
  const backend = await startTestBackend({
    features: [
      eventsBackend,
      ...gitHubEvents(),
      eventsServiceFactory,
      mockServices.rootConfig.factory({
        data: {
          events: {
            // One process: there is nobody else to pass events to.
            useEventBus: 'never',
            modules: { github: { webhookSecret: options.secret } },
          },
        },
      }),
      listener,
    ],
  });
  return {
    url: `http://localhost:${backend.server.port()}/api/events/http/github`,
    stop: () => backend.stop(),
  };
}
