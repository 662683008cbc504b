import { randomUUID } from 'node:crypto';
import {
  AuditorService,
  AuthService,
  DiscoveryService,
  LoggerService,
  RootConfigService,
} from '@backstage/backend-plugin-api';
import { eventTopic } from '@ai-operator/backstage-plugin-ai-operator-common';
import {
  MetricsSource,
  Pager,
} from '@ai-operator/backstage-plugin-ai-operator-node';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { EventsService } from '@backstage/plugin-events-node';
import { NotificationService } from '@backstage/plugin-notifications-node';
import {
  AdapterOptions,
  createAdapters,
  createAuditSinks,
  createDoctor,
  realSleep,
} from '../adapters';
import {
  CatalogApplications,
  CatalogPeople,
  PeopleCatalog,
} from '../adapters/catalog';
import { CallEnvironment } from '../adapters/http';
import { Notifications } from '../adapters/notifications';
import { createPager } from '../adapters/pager';
import { callRecord } from '../audit';
import {
  ConfigProblem,
  OperatorConfig,
  readOperatorConfig,
  toPolicy,
} from '../config';
import { runDoctor } from '../doctor';
import { BackstageMetrics, createOperatorMetrics } from '../metrics';
import { appendAuditRecords, Database } from '../persistence';
import { Clock, systemClock } from '../ports';
import { RouterDeps } from '../rest';
import { assembleOperator, Operator } from './assembleOperator';
import { customMetricsSource } from './customMetricsSource';
import { readOperatorState } from './readOperatorState';
import { announceChanges } from './signalling';
import { Watchers } from './watchers';

export interface WireOptions {
  auditor: AuditorService;
  auth: AuthService;
  catalog: CatalogService;
  db: Database;
  discovery: DiscoveryService;
  events: EventsService;
  logger: LoggerService;
  notifications: NotificationService;
  rootConfig: RootConfigService;
  /** Who looks at the portal. */
  watchers: Watchers;
  clock?: Clock;
  /** Backstage's metrics service, where the backend has one. */
  metricsService?: BackstageMetrics;
  /** An adopter's own, in place of Prometheus. */
  metricsSource?: MetricsSource;
  /** An adopter's own, in place of the webhook. */
  pager?: Pager;
}

export interface WiredOperator {
  /** Absent when a mistake in the configuration forbids acting. */
  operator: Operator | undefined;
  /** The operator's own view of the catalog. */
  entities: CatalogApplications;
  /** Slug of a repository we have an integration for. */
  repositorySlug: (cloneUrl: string) => string | undefined;
  /** What the routes need of us. */
  routerDeps: Omit<
    RouterDeps,
    'auditor' | 'catalog' | 'httpAuth' | 'logger' | 'permissions'
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

/** Argo CD instances that can be asked; one without credentials cannot, and is among the problems. */
function polledInstances({ argocd }: OperatorConfig) {
  return argocd.instances.flatMap(({ name, url, credentials }) =>
    credentials.kind === 'none' ? [] : [{ name, url }],
  );
}

/** Where people look at what was shipped to Elasticsearch. */
function kibanaOf({
  audit: { elasticsearch },
}: OperatorConfig): RouterDeps['configured']['kibana'] {
  if (!elasticsearch?.kibanaUrl) {
    return undefined;
  }
  const { indexPrefix, kibanaUrl, lifecycle } = elasticsearch;
  return {
    url: kibanaUrl,
    indexPattern: `${indexPrefix}-*`,
    keptFor: lifecycle,
  };
}

/** Reads the configuration and puts services, adapters and operator together. */
export function wireOperator(options: WireOptions): WiredOperator {
  const { auth, catalog, db, discovery, events, logger, rootConfig } = options;
  const clock = options.clock ?? systemClock;
  const { config, problems } = readOperatorConfig(rootConfig);
  const loggerOf = (component: string) => logger.child({ component });
  problems.forEach(problem => report(problem, loggerOf('configuration')));
  const policy = toPolicy(config);

  const metrics = createOperatorMetrics({
    clock,
    scrapeIntervalMs: config.metrics.scrapeInterval,
    service: options.metricsService,
    readState,
  });
  const adapterOptions: AdapterOptions = {
    config,
    rootConfig,
    clock,
    sleep: realSleep,
    logger: loggerOf('adapters'),
    discovery,
    auth,
    metrics,
  };
  const environment: CallEnvironment = { clock, sleep: realSleep, metrics };
  const auditSinks = createAuditSinks(config, environment);

  function readState() {
    return readOperatorState(db, {
      instances: polledInstances(config).map(({ name }) => name),
      sinks: auditSinks.map(({ name }) => name),
    });
  }

  const built = createAdapters(adapterOptions);
  const customMetrics =
    options.metricsSource && customMetricsSource(options.metricsSource, clock);
  const adapters = customMetrics
    ? { ...built, metricsSource: customMetrics }
    : built;
  const entities = new CatalogApplications({
    catalog,
    auth,
    clock,
    logger: loggerOf('adapters'),
  });
  const people = new CatalogPeople({
    roles: config.roles,
    catalog: new PeopleCatalog({ catalog, auth, environment }),
    listTeamMembers: (team, call) =>
      adapters.github.listTeamMembers(team, call),
    environment,
  });
  const mayAct = !problems.some(({ severity }) => severity === 'fatal');
  const operator = mayAct
    ? assembleOperator({
        config,
        db,
        adapters,
        catalog: entities,
        people,
        notifier: new Notifications(
          options.notifications,
          config.escalation.notify,
          environment,
        ),
        pager: createPager({
          custom: options.pager,
          webhook: config.pager,
          environment,
        }),
        auditSinks,
        clock,
        logger,
        auditor: options.auditor,
        metrics,
        publish: event =>
          events.publish({ topic: eventTopic(event), eventPayload: event }),
        sendSignals: signals => announceChanges(events, signals),
      })
    : undefined;
  const doctorPort = createDoctor(adapterOptions);
  return {
    operator,
    entities,
    repositorySlug: cloneUrl => adapters.github.repositorySlug(cloneUrl),
    routerDeps: {
      db,
      policy,
      clock,
      entities,
      people,
      personalReviews: adapters.github,
      doctor: () =>
        runDoctor({
          clock,
          logger: loggerOf('doctor'),
          db,
          port: doctorPort,
          config,
          problems,
          auditSinks,
          customMetrics,
          people,
          seniorMaintainers: call => people.holders('senior_maintainer', call),
          hasPager: options.pager !== undefined || config.pager !== undefined,
          lastWebhookAt: () => operator?.webhooks.lastAt,
          isProduction: process.env.NODE_ENV === 'production',
          // What it found is its answer; the trail keeps what could not be asked.
          record: call => {
            if (call.result === 'failure') {
              appendAuditRecords(db, {
                audit: [callRecord({ metadata: { doctor: true } }, call)],
              }).catch(error =>
                loggerOf('doctor').error(
                  "A record of the doctor's could not be stored",
                  error instanceof Error ? error : new Error(String(error)),
                ),
              );
            }
          },
        }),
      wake: () => operator?.wake(),
      changed: signal => operator?.changed(signal),
      looked: entityRef => options.watchers.looked(entityRef),
      newId: randomUUID,
      links: {
        application: key => adapters.argocd.applicationUrl(key),
        commit: (repository, sha) => adapters.github.commitUrl(repository, sha),
      },
      configured: {
        // One without credentials is among the problems; telling it twice helps nobody.
        argocd: polledInstances(config),
        prometheus:
          options.metricsSource !== undefined ||
          config.prometheus !== undefined,
        auditSinks: auditSinks.map(({ kind, name }) => ({ kind, name })),
        kibana: kibanaOf(config),
        problems,
      },
      metrics,
      metricsAccess: config.metrics.access,
    },
  };
}
