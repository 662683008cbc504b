import aiOperatorPlugin from '@ai-operator/backstage-plugin-ai-operator/alpha';
import { createApp } from '@backstage/frontend-defaults';
import authPlugin from '@backstage/plugin-auth';
import catalogPlugin from '@backstage/plugin-catalog/alpha';
import catalogGraphPlugin from '@backstage/plugin-catalog-graph/alpha';
import notificationsPlugin from '@backstage/plugin-notifications/alpha';
import orgPlugin from '@backstage/plugin-org/alpha';
import signalsPlugin from '@backstage/plugin-signals/alpha';
import userSettingsPlugin from '@backstage/plugin-user-settings/alpha';
import { navigation } from './navigation';
import { signIn } from './signIn';

export const app = createApp({
  features: [
    aiOperatorPlugin,
    authPlugin,
    catalogPlugin,
    catalogGraphPlugin,
    notificationsPlugin,
    orgPlugin,
    signalsPlugin,
    userSettingsPlugin,
    navigation,
    signIn,
  ],
}).createRoot();
