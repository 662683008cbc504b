import {
  createApiFactory,
  createComponentExtension,
  createPlugin,
  createRoutableExtension,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/core-plugin-api';
import { aiOperatorApiRef, AiOperatorClient } from './api';
import {
  doctorRouteRef,
  entityContentRouteRef,
  rollbackRouteRef,
  rootRouteRef,
} from './routes';

/** AI Operator for apps on the legacy frontend system. @public */
export const aiOperatorPlugin = createPlugin({
  id: 'ai-operator',
  apis: [
    createApiFactory({
      api: aiOperatorApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => new AiOperatorClient(deps),
    }),
  ],
  routes: {
    root: rootRouteRef,
    rollback: rollbackRouteRef,
    doctor: doctorRouteRef,
    entityContent: entityContentRouteRef,
  },
});

/** The fleet page; mount it at `/ai-operator`. @public */
export const AiOperatorPage = aiOperatorPlugin.provide(
  createRoutableExtension({
    name: 'AiOperatorPage',
    component: () => import('./components/LegacyPage').then(m => m.LegacyPage),
    mountPoint: rootRouteRef,
  }),
);

/** The tab "AI Operator" of a component; mount it at `/ai-operator`. @public */
export const EntityAiOperatorContent = aiOperatorPlugin.provide(
  createRoutableExtension({
    name: 'EntityAiOperatorContent',
    component: () =>
      import('./components/EntityContent').then(m => m.EntityContent),
    mountPoint: entityContentRouteRef,
  }),
);

/** A card for the overview of a component. @public */
export const EntityAiOperatorCard = aiOperatorPlugin.provide(
  createComponentExtension({
    name: 'EntityAiOperatorCard',
    component: {
      lazy: () => import('./components/EntityCard').then(m => m.EntityCard),
    },
  }),
);
