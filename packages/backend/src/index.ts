import { createBackend } from '@backstage/backend-defaults';

const backend = createBackend();

backend.add(import('@backstage/plugin-app-backend'));

backend.add(import('@backstage/plugin-auth-backend'));
backend.add(import('@backstage/plugin-auth-backend-module-github-provider'));
backend.add(import('@backstage/plugin-auth-backend-module-guest-provider'));

backend.add(import('@backstage/plugin-permission-backend'));
backend.add(
  import('@ai-operator/backstage-plugin-permission-backend-module-ai-operator'),
);

backend.add(import('@backstage/plugin-catalog-backend'));
backend.add(import('@backstage/plugin-kubernetes-backend'));

// GitHub's webhooks come in here.
backend.add(import('@backstage/plugin-events-backend'));
backend.add(import('@backstage/plugin-events-backend-module-github'));

// Open pages change by themselves; without it they ask every few seconds.
backend.add(import('@backstage/plugin-signals-backend'));

backend.add(import('@backstage/plugin-notifications-backend'));
backend.add(import('./demoSlack'));

backend.add(import('@ai-operator/backstage-plugin-ai-operator-backend'));

// The reasons have been logged. A backend that could not start must not look
// like one that is still about to.
backend.start().catch(() => process.exit(1));
