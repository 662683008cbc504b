import {
  AuthService,
  DiscoveryService,
  LoggerService,
  RootConfigService,
} from '@backstage/backend-plugin-api';
import { eventTopic } from '@ai-operator/backstage-plugin-ai-operator-common';
import { MetricsSource } from '@ai-operator/backstage-plugin-ai-operator-node';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { EventsService } from '@backstage/plugin-events-node';
import { createAdapters, realSleep } from '../adapters';
import { CatalogApplications } from '../adapters/catalog';
import { ConfigProblem, readOperatorConfig, toPolicy } from '../config';
import { createOperatorMetrics } from '../metrics';
import { Database, listHolds, listInstances } from '../persistence';
import { Clock, systemClock } from '../ports';
import { RouterDeps } from '../rest';
import { assembleOperator, Operator } from './assembleOperator';
import { customMetricsSource } from './customMetricsSource';

export interface WireOptions {
  auth: AuthService;
  catalog: CatalogService;
  db: Database;
  discovery: DiscoveryService;
  events: EventsService;
  logger: LoggerService;
  rootConfig: RootConfigService;
  clock?: Clock;
  /** An adopter's own, in place of Prometheus. */
  metricsSource?: MetricsSource;
}

export interface WiredOperator {
  /** Absent when a mistake in the configuration forbids acting. */
  operator: Operator | undefined;
  /** What the routes need of us. */
  routerDeps: Pick<
    RouterDeps,
    'db' | 'policy' | 'clock' | 'entities' | 'links' | 'configured' | 'metrics'
  >;
}

function report(problem: ConfigProblem, logger: LoggerService): void {
  const { because, howToMend } = problem;
  const text = `Configuration: ${because}. ${howToMend}${
    howToMend.endsWith('?') ? '' : '.'
  }`;
  if (problem.severity === 'fatal') {
    logger.error(`${text} The operator does nothing until this is mended.`);
  } else {
    logger.warn(text);
  }
}

/** Reads the configuration and puts services, adapters and operator together. */
export function wireOperator(options: WireOptions): WiredOperator {
  const { auth, catalog, db, discovery, events, logger, rootConfig } = options;
  const clock = options.clock ?? systemClock;
  const { config, problems } = readOperatorConfig(rootConfig);
  problems.forEach(problem => report(problem, logger));

  const metrics = createOperatorMetrics({
    clock,
    readState: async () => ({
      holds: await listHolds(db),
      instances: await listInstances(db),
    }),
  });
  const adapters = createAdapters({
    config,
    rootConfig,
    clock,
    sleep: realSleep,
    logger,
    discovery,
    auth,
    metrics,
  });
  const entities = new CatalogApplications({ catalog, auth, clock, logger });
  const mayAct = !problems.some(({ severity }) => severity === 'fatal');
  return {
    operator: mayAct
      ? assembleOperator({
          config,
          db,
          adapters: options.metricsSource
            ? {
                ...adapters,
                metricsSource: customMetricsSource(
                  options.metricsSource,
                  clock,
                ),
              }
            : adapters,
          catalog: entities,
          clock,
          logger,
          metrics,
          publish: event =>
            events.publish({ topic: eventTopic(event), eventPayload: event }),
        })
      : undefined,
    routerDeps: {
      db,
      policy: toPolicy(config),
      clock,
      entities,
      links: {
        application: key => adapters.argocd.applicationUrl(key),
        commit: (repository, sha) => adapters.github.commitUrl(repository, sha),
      },
      configured: {
        // One without credentials is among the problems; telling it twice helps nobody.
        argocd: config.argocd.instances.flatMap(({ name, url, credentials }) =>
          credentials.kind === 'none' ? [] : [{ name, url }],
        ),
        prometheus:
          options.metricsSource !== undefined ||
          config.prometheus !== undefined,
        problems,
      },
      metrics,
    },
  };
}
