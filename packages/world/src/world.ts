import express, { Router, type Express } from 'express';
import { ArgoCd, argoError } from './argocd';
import { COMPANY } from './cast/company';
import { populate } from './cast/populate';
import type { CastDefinition } from './cast/types';
import type { WorldClock } from './clock';
import { createControl, createControlRouter, EventLog } from './control';
import { DEMO_ACCESS } from './credentials';
import { Deployments } from './deployments';
import {
  createElasticsearchControl,
  createElasticsearchPages,
  createElasticsearchRouter,
  Elasticsearch,
  elasticsearchError,
  productHeader,
} from './elasticsearch';
import { Faults, type FaultBody, type FaultSystem } from './faults';
import { createGitHub, type GitHubServer } from './github';
import { indexPage } from './indexPage';
import {
  ClusterPermissions,
  createClusterRouter,
  statusObject,
} from './kubernetes';
import { listenOn } from './listen';
import {
  createPagerControl,
  createPagerRouter,
  pagerError,
  PagerService,
} from './pager';
import { createPrometheusRouter, prometheusError } from './prometheus';
import {
  createSlackControl,
  createSlackPages,
  createSlackRouter,
  Slack,
  slackErrorBody,
} from './slack';
import type { Listening, World, WorldOptions } from './types';

/** The port the world uses when nobody says otherwise. */
export const DEFAULT_PORT = 4010;

const DEFAULT_HOST = '127.0.0.1';

/** Builds a world and fills it with its cast; nothing listens yet. */
export async function createWorld(options: WorldOptions): Promise<World> {
  const { clock, cast = COMPANY } = options;
  const baseUrl = (
    options.baseUrl ?? `http://localhost:${DEFAULT_PORT}`
  ).replace(/\/$/, '');
  const startedAt = clock.now();
  const log = new EventLog(clock);
  const note = (kind: string, message: string) => log.note(kind, message);
  const faults = new Faults(clock);
  const github = createGitHub({
    clock,
    dataDir: options.dataDir,
    ...accountsOf(cast),
    baseUrl: () => baseUrl,
    ci: options.ci,
    webhook: options.github?.webhook,
    note,
  });
  const deployments = new Deployments(
    new Set(cast.instances.map(({ cluster }) => cluster)),
  );
  const clusters = new Map(
    deployments.clusters().map(cluster => [cluster, new ClusterPermissions()]),
  );
  const argo = new ArgoCd({
    clock,
    deployments,
    instances: cast.instances,
    repository: fullName => github.repository(fullName).git,
    note,
    pollIntervalMs: options.argo?.pollIntervalMs,
  });
  const slack = new Slack({
    clock,
    organization: cast.organization,
    people: cast.people,
    note,
  });
  const pager = new PagerService({ clock, note });
  const elasticsearch = new Elasticsearch({ clock, note });
  try {
    await populate({
      cast,
      github,
      argo,
      deployments,
      baseUrl,
      startedAt,
    });
  } catch (error) {
    await github.close();
    throw error;
  }
  const stopListening = github.onRefChange(change =>
    log.note(
      'git.moved',
      `${change.fullName} ${change.ref.replace('refs/heads/', '')} ${
        change.after ? `to ${change.after.slice(0, 7)}` : 'deleted'
      }${change.actor ? ` by ${change.actor}` : ''}`,
    ),
  );
  const control = createControl({
    clock,
    cast,
    baseUrl,
    github,
    argo,
    faults,
    log,
    startedAt,
  });
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use((_request, response, next) => {
    // Clients compare clocks by this header; it is the world's time that counts.
    response.set('date', new Date(clock.now()).toUTCString());
    next();
  });
  app.get('/', (_request, response) => {
    response.type('html').send(indexPage(control.status(), pager.incidents()));
  });
  app.use('/world/slack', createSlackControl(slack));
  app.use('/world/pager', createPagerControl(pager));
  app.use('/world/elasticsearch', createElasticsearchControl(elasticsearch));
  app.use('/kibana', createElasticsearchPages(elasticsearch, baseUrl));
  app.use('/world', createControlRouter({ control, clock, log }));
  for (const door of doors({
    argo,
    baseUrl,
    clock,
    clusters,
    deployments,
    elasticsearch,
    github,
    pager,
    slack,
  })) {
    app.use(
      door.path,
      ...door.before,
      faults.middleware(door.system, door.errorBody),
      door.router,
    );
  }
  argo.controller.start();

  const servers = new Set<Listening>();
  return {
    app,
    baseUrl,
    clock,
    cast,
    github,
    argo,
    deployments,
    clusters,
    slack,
    pager,
    elasticsearch,
    faults,
    control,
    async listen(port, host = DEFAULT_HOST) {
      const server = await listenOn(app, port, host);
      servers.add(server);
      return server;
    },
    async close() {
      faults.close();
      stopListening();
      await Promise.all([...servers].map(server => server.close()));
      await argo.controller.stop();
      await github.close();
    },
  };
}

/**
 * Listens first and builds the world then, so that its manifests and links
 * name the port that was really given (0 = any free one).
 */
export async function startWorld(
  options: Omit<WorldOptions, 'baseUrl'> & {
    port?: number;
    host?: string;
    baseUrl?: string;
  },
): Promise<{ world: World; url: string; close(): Promise<void> }> {
  const { port = DEFAULT_PORT, host = DEFAULT_HOST, ...rest } = options;
  let app: Express | undefined;
  const server = await listenOn(
    (request, response) => {
      if (app) {
        app(request, response);
      } else {
        response.writeHead(503, { 'retry-after': '1' });
        response.end('The world is still being made\n');
      }
    },
    port,
    host,
  );
  const url = options.baseUrl ?? server.url;
  try {
    const world = await createWorld({ ...rest, baseUrl: url });
    app = world.app;
    return {
      world,
      url,
      async close() {
        await Promise.all([server.close(), world.close()]);
      },
    };
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** A system of the world as it is mounted: where, and how it words errors. */
interface Door {
  path: string;
  system: FaultSystem;
  errorBody: FaultBody;
  /** What has to run before faults are looked for. */
  before: express.RequestHandler[];
  router: Router;
}

/** Every system behind the one port; the last one takes what is left. */
function doors(options: {
  argo: ArgoCd;
  baseUrl: string;
  clock: WorldClock;
  clusters: ReadonlyMap<string, ClusterPermissions>;
  deployments: Deployments;
  elasticsearch: Elasticsearch;
  github: GitHubServer;
  pager: PagerService;
  slack: Slack;
}): Door[] {
  const { argo, baseUrl, clock, deployments, github, pager, slack } = options;

  const slackRouter = Router();
  slackRouter.use('/api', createSlackRouter({ slack, baseUrl }));
  slackRouter.use(createSlackPages(slack));
  const clusters = Router();
  for (const [cluster, permissions] of options.clusters) {
    clusters.use(
      `/${cluster}`,
      createClusterRouter({ cluster, deployments, permissions, clock }),
    );
  }
  return [
    {
      path: '/argocd',
      system: 'argocd',
      errorBody: argoError,
      before: [],
      router: argo.router,
    },
    {
      path: '/kubernetes',
      system: 'kubernetes',
      errorBody: statusObject,
      before: [],
      router: clusters,
    },
    {
      path: '/prometheus',
      system: 'prometheus',
      errorBody: prometheusError,
      // A POSTed query is looked at when a fault names a service.
      before: [express.urlencoded({ extended: false, limit: '100kb' })],
      router: createPrometheusRouter({ deployments, clock }),
    },
    {
      path: '/slack',
      system: 'slack',
      errorBody: slackErrorBody,
      before: [],
      router: slackRouter,
    },
    {
      path: '/pager',
      system: 'pager',
      errorBody: pagerError,
      before: [],
      router: createPagerRouter(pager),
    },
    {
      path: '/elasticsearch',
      system: 'elasticsearch',
      errorBody: elasticsearchError,
      before: [productHeader],
      router: createElasticsearchRouter(options.elasticsearch),
    },
    {
      path: '/',
      system: 'github',
      errorBody: (_status, message) => ({
        message,
        documentation_url: 'https://docs.github.com/rest',
      }),
      before: [],
      router: github.router,
    },
  ];
}

function accountsOf(cast: CastDefinition) {
  const { operatorLogin, operatorToken, readerToken } = DEMO_ACCESS.github;
  return {
    people: [
      ...cast.people.map(({ login, name, email, role }) => ({
        login,
        name,
        email,
        role,
      })),
      {
        login: operatorLogin,
        name: 'AI Operator',
        email: 'ai-operator@example.com',
        role: 'AI operator',
        type: 'Bot' as const,
        permission: 'push' as const,
      },
    ],
    teams: cast.teams.map(({ slug, name, description, permission }) => ({
      org: cast.organization,
      slug,
      name,
      description,
      permission,
      members: cast.people
        .filter(person => person.teams.includes(slug))
        .map(({ login }) => login),
    })),
    tokens: [
      {
        value: operatorToken,
        login: operatorLogin,
        maxPermission: 'push' as const,
        readsProtection: true,
      },
      {
        value: readerToken,
        login: operatorLogin,
        maxPermission: 'pull' as const,
      },
    ],
  };
}
