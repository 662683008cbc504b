import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { eventsServiceRef } from '@backstage/plugin-events-node';
import { aiOperatorPermissions } from '@ai-operator/backstage-plugin-ai-operator-common';
import {
  aiOperatorMetricsSourceExtensionPoint,
  MetricsSource,
} from '@ai-operator/backstage-plugin-ai-operator-node';
import { openDatabase } from './persistence';
import { createRouter, UNAUTHENTICATED_PATHS } from './rest';
import { wireOperator } from './wiring/wireOperator';

/**
 * The AI Operator: watches Argo CD applications and rolls back through pull
 * requests. Mistakes in its configuration never keep the backend from starting;
 * with a fatal one it serves its routes, shows the mistake, and does nothing.
 *
 * @public
 */
export const aiOperatorPlugin = createBackendPlugin({
  pluginId: 'ai-operator',
  register(env) {
    let metricsSource: MetricsSource | undefined;
    env.registerExtensionPoint(aiOperatorMetricsSourceExtensionPoint, {
      setMetricsSource(source) {
        if (metricsSource) {
          throw new Error(
            `Metrics source '${source.name}' cannot be set: '${metricsSource.name}' is set already. Install only one of the modules.`,
          );
        }
        metricsSource = source;
      },
    });

    env.registerInit({
      deps: {
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        database: coreServices.database,
        discovery: coreServices.discovery,
        events: eventsServiceRef,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
        rootConfig: coreServices.rootConfig,
      },
      async init({ database, ...services }) {
        const { httpRouter, lifecycle, permissionsRegistry } = services;
        const { operator, routerDeps } = wireOperator({
          ...services,
          db: await openDatabase(database),
          metricsSource,
        });
        permissionsRegistry.addPermissions(aiOperatorPermissions);
        httpRouter.use(createRouter({ ...services, ...routerDeps }));
        for (const path of UNAUTHENTICATED_PATHS) {
          httpRouter.addAuthPolicy({ path, allow: 'unauthenticated' });
        }
        if (operator) {
          lifecycle.addStartupHook(() => operator.start());
          lifecycle.addShutdownHook(() => operator.stop());
        }
      },
    });
  },
});
