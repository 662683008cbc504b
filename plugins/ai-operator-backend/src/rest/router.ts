import { BasicPermission } from '@backstage/plugin-permission-common';
import express, { Request, Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { atMost } from './atMost';
import { audited } from './auditing';
import { readBody } from './body';
import { RouterDeps } from './deps';
import { jsonLines, Download, sendDownload } from './download';
import { errorHandler, notFound, refusal } from './errors';
import { openApiDocument } from './openapi';
import { deniedPermission, explainDenial } from './permissions';
import { isReady } from './ready';
import { Caller } from './route';
import { ROUTES } from './routes';
import { shareRuns } from './shareRuns';

/** Paths that anybody may ask for: `httpRouter.addAuthPolicy` has to allow them too. */
export function unauthenticatedPaths({
  metricsAccess,
}: Pick<RouterDeps, 'metricsAccess'>): string[] {
  return [
    '/healthz',
    '/readyz',
    ...(metricsAccess === 'public' ? ['/metrics'] : []),
  ];
}

/** How long a doctor's report serves everybody who asks, ms. */
const DOCTOR_MAX_AGE_MS = 60_000;

/**
 * The REST API (SPEC §12), to be mounted at the plugin's base. Every route asks
 * for a signed-in person or a service, and for `ai-operator.read`; what changes
 * something asks for a person with a role as well. `/metrics` is for services
 * only unless made public. Errors have Backstage's shape and a stable `code`.
 */
export function createRouter(given: RouterDeps): Router {
  const deps: RouterDeps = {
    ...given,
    doctor: shareRuns(given.doctor, given.clock, DOCTOR_MAX_AGE_MS),
  };
  const { httpAuth, logger, metrics } = deps;
  const router = PromiseRouter();
  const document = openApiDocument();

  function callerOf(request: Request): Promise<Caller> {
    return httpAuth.credentials(request, { allow: ['user', 'service'] });
  }

  async function authorize(
    caller: Caller,
    permission?: BasicPermission,
  ): Promise<void> {
    const denied = await deniedPermission(
      deps,
      caller,
      permission ? [{ permission }] : [],
    );
    if (denied) {
      throw refusal('NOT_ALLOWED', explainDenial(denied));
    }
  }

  for (const route of ROUTES) {
    const run = atMost(route.atOnce ?? Infinity);
    router[route.method](route.path, async (request, response) => {
      const caller = await callerOf(request);
      await audited(deps, route.auditing, request, async note => {
        if (!route.refusesItself) {
          await authorize(caller, route.permission);
          if (caller.principal.type === 'user') {
            deps.looked(caller.principal.userEntityRef);
          }
        }
        const body = route.body && (await readBody(request, response));
        const { params, query, headers } = request;
        await run(async () => {
          const answer = await route.handle(
            { params, query, headers, body, note },
            caller,
            deps,
          );
          if (route.answer === jsonLines) {
            note({
              complete: await sendDownload(response, answer as Download),
            });
          } else {
            response.status(route.status).json(answer);
          }
        });
      });
    });
  }

  router.get('/v1/openapi.json', async (request, response) => {
    await authorize(await callerOf(request));
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
