/**
 * The portal of AI Operator, for apps on the new frontend system.
 * @packageDocumentation
 */
import {
  ApiBlueprint,
  createFrontendPlugin,
  discoveryApiRef,
  fetchApiRef,
  PageBlueprint,
} from '@backstage/frontend-plugin-api';
import {
  EntityCardBlueprint,
  EntityContentBlueprint,
} from '@backstage/plugin-catalog-react/alpha';
import { isAiOperatorAvailable } from './annotations';
import { aiOperatorApiRef, AiOperatorClient } from './api';
import { OperatorIcon } from './components/OperatorIcon';
import {
  doctorRouteRef,
  entityContentRouteRef,
  rollbackRouteRef,
  rootRouteRef,
} from './routes';

const api = ApiBlueprint.make({
  params: defineParams =>
    defineParams({
      api: aiOperatorApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => new AiOperatorClient(deps),
    }),
});

const page = PageBlueprint.make({
  params: {
    path: '/ai-operator',
    title: 'AI Operator',
    icon: <OperatorIcon />,
    routeRef: rootRouteRef,
    loader: () => import('./components/OperatorRoutes').then(m => <m.Page />),
  },
});

const entityContent = EntityContentBlueprint.make({
  params: {
    path: '/ai-operator',
    title: 'AI Operator',
    group: 'operation',
    icon: <OperatorIcon />,
    routeRef: entityContentRouteRef,
    filter: isAiOperatorAvailable,
    loader: () =>
      import('./components/EntityContent').then(m => <m.EntityContent />),
  },
});

const entityCard = EntityCardBlueprint.make({
  params: {
    type: 'info',
    filter: isAiOperatorAvailable,
    loader: () => import('./components/EntityCard').then(m => <m.EntityCard />),
  },
});

/** AI Operator for apps on the new frontend system. @alpha */
export default createFrontendPlugin({
  pluginId: 'ai-operator',
  title: 'AI Operator',
  icon: <OperatorIcon />,
  info: { packageJson: () => import('../package.json') },
  routes: {
    root: rootRouteRef,
    rollback: rollbackRouteRef,
    doctor: doctorRouteRef,
    entityContent: entityContentRouteRef,
  },
  extensions: [api, page, entityContent, entityCard],
});
