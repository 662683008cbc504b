import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { metricsServiceRef } from '@backstage/backend-plugin-api/alpha';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { eventsServiceRef } from '@backstage/plugin-events-node';
import { notificationService } from '@backstage/plugin-notifications-node';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import {
  aiOperatorMetricsSourceExtensionPoint,
  aiOperatorPagerExtensionPoint,
  MetricsSource,
  Pager,
} from '@ai-operator/backstage-plugin-ai-operator-node';
import { redactingLogger } from './logging';
import { openDatabase } from './persistence';
import {
  createRouter,
  registerPermissions,
  unauthenticatedPaths,
} from './rest';
import { listenToGitHub } from './wiring/listenToGitHub';
import { systemClock } from './ports';
import { optionalService, provided } from './wiring/optionalService';
import { passOnChanges } from './wiring/signalling';
import { Watchers } from './wiring/watchers';
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
        auditor: coreServices.auditor,
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        database: coreServices.database,
        discovery: coreServices.discovery,
        events: eventsServiceRef,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        metricsService: optionalService(metricsServiceRef),
        notifications: notificationService,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
        rootConfig: coreServices.rootConfig,
        signals: signalsServiceRef,
      },
      async init({ database, metricsService, signals, ...given }) {
        // Whatever is logged, and wherever: no credential gets into a line.
        const services = { ...given, logger: redactingLogger(given.logger) };
        const { events, httpRouter, lifecycle, logger, permissionsRegistry } =
          services;
        const db = await openDatabase(database);
        const watchers = new Watchers(systemClock);
        const { operator, entities, repositorySlug, routerDeps } = wireOperator(
          {
            ...services,
            db,
            metricsService: provided(metricsService),
            metricsSource,
            pager,
            watchers,
          },
        );
        registerPermissions(permissionsRegistry, {
          db,
          entities,
          catalog: services.catalog,
          auth: services.auth,
        });
        httpRouter.use(
          createRouter({
            ...services,
            ...routerDeps,
            logger: logger.child({ component: 'rest' }),
          }),
        );
        for (const path of unauthenticatedPaths(routerDeps)) {
          httpRouter.addAuthPolicy({ path, allow: 'unauthenticated' });
        }
        // Without a signals backend nobody listens, and pages ask by themselves.
        await passOnChanges({ events, signals, watchers });
        if (operator) {
          await listenToGitHub({
            events,
            webhooks: operator.webhooks,
            repositorySlug,
            logger: logger.child({ component: 'webhooks' }),
          });
          lifecycle.addStartupHook(() => operator.start());
          lifecycle.addShutdownHook(() => operator.stop());
        }
      },
    });
  },
});
