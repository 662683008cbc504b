import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { eventsServiceRef } from '@backstage/plugin-events-node';
import { notificationService } from '@backstage/plugin-notifications-node';
import {
  aiOperatorMetricsSourceExtensionPoint,
  aiOperatorPagerExtensionPoint,
  MetricsSource,
  Pager,
} from '@ai-operator/backstage-plugin-ai-operator-node';
import { openDatabase } from './persistence';
import {
  createRouter,
  registerPermissions,
  UNAUTHENTICATED_PATHS,
} from './rest';
import { listenToGitHub } from './wiring/listenToGitHub';
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

    let pager: Pager | undefined;
    env.registerExtensionPoint(aiOperatorPagerExtensionPoint, {
      setPager(custom) {
        if (pager) {
          throw new Error(
            `Pager '${custom.name}' cannot be set: '${pager.name}' is set already. Install only one of the modules.`,
          );
        }
        pager = custom;
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
        notifications: notificationService,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
        rootConfig: coreServices.rootConfig,
      },
      async init({ database, ...services }) {
        const { events, httpRouter, lifecycle, logger, permissionsRegistry } =
          services;
        const db = await openDatabase(database);
        const { operator, entities, repositorySlug, routerDeps } = wireOperator(
          { ...services, db, metricsSource, pager },
        );
        registerPermissions(permissionsRegistry, {
          db,
          entities,
          catalog: services.catalog,
          auth: services.auth,
        });
        httpRouter.use(createRouter({ ...services, ...routerDeps }));
        for (const path of UNAUTHENTICATED_PATHS) {
          httpRouter.addAuthPolicy({ path, allow: 'unauthenticated' });
        }
        if (operator) {
          await listenToGitHub({
            events,
            webhooks: operator.webhooks,
            repositorySlug,
            logger,
          });
          lifecycle.addStartupHook(() => operator.start());
          lifecycle.addShutdownHook(() => operator.stop());
        }
      },
    });
  },
});
