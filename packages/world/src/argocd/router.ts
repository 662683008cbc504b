import { isError } from '@backstage/errors';
import express, { Router, type Request, type Response } from 'express';
import type { WorldClock } from '../clock';
import { handler, queryValue, queryValues } from '../http/handler';
import { parseLabelSelector } from '../http/labelSelector';
import type { ArgoApplication } from './application';
import type { ArgoController } from './controller';
import { sendArgoError } from './errors';
import { parseFields } from './fields';
import type { ArgoInstance } from './instance';
import { renderApplication, resourcesOf } from './model';
import { unknownRight } from './rights';
import type { Sessions } from './sessions';
import { resourceTree } from './tree';

/** The version the world's answers are modelled on. */
export const ARGO_VERSION = 'v3.6.0';

const JSON_TYPE = 'application/json';

/** The HTTP API of one Argo CD instance, to be mounted at its root. */
export function createArgoRouter(options: {
  instance: ArgoInstance;
  controller: ArgoController;
  sessions: Sessions;
  clock: WorldClock;
}): Router {
  const { instance, controller, sessions, clock } = options;
  const router = Router();
  router.use((_request, response, next) => {
    response.set('grpc-metadata-content-type', 'application/grpc');
    next();
  });

  router.get('/healthz', (_request, response) => {
    response.type('text/plain').send('ok\n');
  });
  router.get('/api/version', (_request, response) => {
    response.json({ Version: `${ARGO_VERSION}+world` });
  });
  router.get('/api/v1/session/userinfo', (request, response) => {
    const result = sessions.authenticate(request);
    response.json(
      result.kind === 'ok'
        ? { loggedIn: true, username: result.caller.username, iss: 'argocd' }
        : {},
    );
  });
  router.post(
    '/api/v1/session',
    express.json({ limit: '10kb' }),
    (request, response) => login(sessions, request, response),
  );
  router.delete('/api/v1/session', (_request, response) => {
    response.json({ token: '' });
  });

  router.use('/api/v1', (request, response, next) => {
    const result = sessions.authenticate(request);
    if (result.kind === 'ok') {
      next();
    } else {
      sendArgoError(
        response,
        401,
        result.kind === 'none'
          ? 'no session information'
          : 'invalid session: token contains an invalid number of segments',
      );
    }
  });
  router.get(
    '/api/v1/account/can-i/:resource/:action/:object(*)',
    (request, response) => {
      const { resource, action, object } = request.params;
      const problem = unknownRight(resource, action);
      if (problem) {
        sendArgoError(response, 400, problem);
      } else {
        const can = instance.rights.allows(resource, action, object);
        response.json({ value: can ? 'yes' : 'no' });
      }
    },
  );
  router.get('/api/v1/applications', (request, response) =>
    listApplications(instance, clock, request, response),
  );
  router.get(
    '/api/v1/applications/:name',
    handler(async (request, response) => {
      const application = permitted(instance, request, response);
      if (!application) {
        return;
      }
      const refresh = queryValue(request, 'refresh');
      if (refresh) {
        await controller.refresh(application, { hard: refresh === 'hard' });
      }
      response.json(renderApplication(application, clock.now()));
    }),
  );
  router.get(
    '/api/v1/applications/:name/resource-tree',
    (request, response) => {
      const application = permitted(instance, request, response);
      if (application) {
        response.json(resourceTree(application, clock.now()));
      }
    },
  );
  router.get(
    '/api/v1/applications/:name/managed-resources',
    (request, response) => {
      const application = permitted(instance, request, response);
      if (application) {
        response.json({
          items: resourcesOf(application).map(
            ({ status: _status, version: _version, ...resource }) => resource,
          ),
        });
      }
    },
  );
  // The operator's role may get and nothing else, whatever the application.
  router.all('/api/v1/applications*', (_request, response) =>
    sendArgoError(response, 403, 'permission denied'),
  );
  router.use((_request, response) => sendArgoError(response, 404, 'Not Found'));
  return router;
}

function login(sessions: Sessions, request: Request, response: Response): void {
  const body: unknown = request.body;
  const { username, password } = (body ?? {}) as Record<string, unknown>;
  if (typeof username !== 'string' || typeof password !== 'string') {
    sendArgoError(response, 401, 'no credentials supplied');
    return;
  }
  const token = sessions.login(username, password);
  if (token) {
    response.cookie('argocd.token', token, { httpOnly: true, path: '/' });
    response.json({ token });
  } else {
    sendArgoError(response, 401, 'Invalid username or password');
  }
}

function listApplications(
  instance: ArgoInstance,
  clock: WorldClock,
  request: Request,
  response: Response,
): void {
  const now = clock.now();
  const selection = parseFields(queryValue(request, 'fields'));
  response.type(JSON_TYPE);
  if (!isFiltered(request) && instance.rights.readsEverything()) {
    response.end(instance.listBytes(selection, now));
    return;
  }
  try {
    const matches = filterOf(request);
    const chosen = instance
      .applications()
      .filter(
        application => matches(application) && mayRead(instance, application),
      );
    response.end(instance.listSome(chosen, selection, now));
  } catch (error) {
    const reason = isError(error) ? error.message : String(error);
    sendArgoError(response, 500, `error parsing the selector: ${reason}`, 2);
  }
}

const FILTERS = [
  'name',
  'project',
  'projects',
  'selector',
  'appNamespace',
  'repo',
];

function isFiltered(request: Request): boolean {
  return FILTERS.some(name => queryValue(request, name) !== undefined);
}

function filterOf(request: Request): (application: ArgoApplication) => boolean {
  const name = queryValue(request, 'name');
  const namespace = queryValue(request, 'appNamespace');
  const projects = projectsOf(request);
  const repository = queryValue(request, 'repo');
  const selector = parseLabelSelector(queryValue(request, 'selector') ?? '');
  return application =>
    (name === undefined || application.name === name) &&
    (namespace === undefined || application.namespace === namespace) &&
    (projects.length === 0 || projects.includes(application.project)) &&
    (repository === undefined ||
      normalizeRepository(application.spec.source?.repoURL ?? '') ===
        normalizeRepository(repository)) &&
    selector(application.labels);
}

/**
 * The application the URL names. Without a project a missing one is "permission
 * denied", so that nobody can learn what exists; with a project it is 404.
 */
function permitted(
  instance: ArgoInstance,
  request: Request,
  response: Response,
): ArgoApplication | undefined {
  const projects = projectsOf(request);
  const namespace = queryValue(request, 'appNamespace');
  const { name } = request.params;
  if (projects.length > 1) {
    sendArgoError(
      response,
      400,
      'multiple projects specified - the get endpoint accepts either zero or one project',
    );
    return undefined;
  }
  const application = instance.find(name);
  const found =
    application &&
    mayRead(instance, application) &&
    (namespace === undefined || namespace === application.namespace);
  const [project] = projects;
  if (found && (project === undefined || project === application.project)) {
    return application;
  }
  if (project === undefined) {
    sendArgoError(response, 403, 'permission denied');
  } else {
    sendArgoError(
      response,
      404,
      `applications.argoproj.io "${name}" not found`,
    );
  }
  return undefined;
}

function mayRead(
  instance: ArgoInstance,
  { project, name }: ArgoApplication,
): boolean {
  return instance.rights.allows('applications', 'get', `${project}/${name}`);
}

function projectsOf(request: Request): string[] {
  return [
    ...queryValues(request, 'projects'),
    ...queryValues(request, 'project'),
  ].filter(project => project !== '');
}

function normalizeRepository(url: string): string {
  return url
    .trim()
    .toLowerCase()
    .replace(/\.git$/, '')
    .replace(/\/$/, '');
}
