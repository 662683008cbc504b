import { NotAllowedError } from '@backstage/errors';
import { aiOperatorReadPermission } from '@ai-operator/backstage-plugin-ai-operator-common';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import express, { Request, Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { isReady } from './ready';
import { RouterDeps } from './deps';
import { errorHandler, notFound } from './errors';
import { openApiDocument } from './openapi';
import { Caller } from './route';
import { ROUTES } from './routes';

/** Paths that anybody may ask for, for probes: `httpRouter.addAuthPolicy` has to allow them too. */
export const UNAUTHENTICATED_PATHS = ['/healthz', '/readyz'] as const;

/**
 * The REST API (SPEC §12), to be mounted at the plugin's base. Every route asks
 * for a signed-in person or a service, and for `ai-operator.read`; `/metrics`
 * is for services only unless made public. Errors have Backstage's shape and a
 * stable `code`.
 */
export function createRouter(deps: RouterDeps): Router {
  const { httpAuth, logger, metrics, permissions } = deps;
  const router = PromiseRouter();
  const document = openApiDocument();

  async function authorizedCaller(request: Request): Promise<Caller> {
    const caller = await httpAuth.credentials(request, {
      allow: ['user', 'service'],
    });
    const [decision] = await permissions.authorize(
      [{ permission: aiOperatorReadPermission }],
      { credentials: caller },
    );
    if (decision.result !== AuthorizeResult.ALLOW) {
      throw new NotAllowedError(
        `You may not see what the AI Operator does: permission ${aiOperatorReadPermission.name} is needed. Ask whoever keeps the permission policy.`,
      );
    }
    return caller;
  }

  for (const route of ROUTES) {
    router.get(route.path, async (request, response) => {
      const caller = await authorizedCaller(request);
      const { params, query } = request;
      response.json(await route.handle({ params, query }, caller, deps));
    });
  }

  router.get('/v1/openapi.json', async (request, response) => {
    await authorizedCaller(request);
    response.json(document);
  });

  router.get('/metrics', async (request, response) => {
    if (deps.metricsAccess !== 'public') {
      await httpAuth.credentials(request, { allow: ['service'] });
    }
    const { contentType, body } = await metrics.exposition();
    response.type(contentType).send(body);
  });

  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });

  router.get('/readyz', async (_request, response) => {
    const ready = await isReady(deps);
    response
      .status(ready ? 200 : 503)
      .json({ status: ready ? 'ready' : 'not_ready' });
  });

  router.use(request => {
    throw notFound(
      'ROUTE_NOT_FOUND',
      `There is no ${request.method} ${request.path} here. GET v1/openapi.json lists what there is.`,
    );
  });
  router.use(errorHandler(logger));
  return express.Router().use(router);
}
