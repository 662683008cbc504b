import { isError } from '@backstage/errors';
import express, {
  Router,
  type NextFunction,
  type Request,
  type Response,
} from 'express';
import { z } from 'zod';
import type { WorldClock } from '../clock';
import { FAULT_KINDS, FAULT_SYSTEMS } from '../faults';
import type { EventLog } from './eventLog';
import { addPeopleRoutes } from './peopleRoutes';
import { post } from './post';
import type { WorldControl } from './types';

const DAY_MS = 24 * 3_600_000;

const target = {
  service: z.string(),
  environment: z.enum(['staging', 'production']).optional(),
};
const milliseconds = z.number().int().min(0).max(DAY_MS).optional();
const available = z.number().int().min(0).max(1000).optional();

const SCHEMAS = {
  deploy: z.strictObject({
    ...target,
    available,
    refresh: z.boolean().optional(),
    afterMs: milliseconds,
  }),
  crash: z.strictObject({ ...target, available }),
  heal: z.strictObject({ ...target, recoverMs: milliseconds }),
  flap: z.strictObject({
    ...target,
    available,
    downMs: z.number().int().min(1000).max(DAY_MS).optional(),
    upMs: z.number().int().min(1000).max(DAY_MS).optional(),
    times: z.number().int().min(1).max(100).optional(),
  }),
  scale: z.strictObject({
    ...target,
    replicas: z.number().int().min(0).max(100),
  }),
  suspend: z.strictObject({ ...target, suspended: z.boolean() }),
  ci: z.strictObject({
    service: z.string(),
    outcome: z.enum(['pass', 'fail', 'hang']),
    durationMs: milliseconds,
  }),
  sync: z.strictObject(target),
  fault: z.strictObject({
    system: z.enum(FAULT_SYSTEMS),
    kind: z.enum(FAULT_KINDS),
    delayMs: z.number().int().min(1).max(600_000).optional(),
    status: z.number().int().min(400).max(599).optional(),
    retryAfterSeconds: z.number().int().min(1).max(86_400).optional(),
    count: z.number().int().min(1).max(1_000_000).optional(),
    service: z.string().max(200).optional(),
    instance: z.string().max(200).optional(),
    path: z.string().max(500).optional(),
    method: z.string().max(10).optional(),
  }),
} as const;

const STATUS_OF_ERROR: Readonly<Record<string, number>> = {
  InputError: 400,
  NotFoundError: 404,
  ConflictError: 409,
};

/**
 * The control API, to be mounted at `/world`. Bodies and answers are JSON;
 * errors are `{error: {name, message}}` with 400, 404 or 409.
 */
export function createControlRouter(options: {
  control: WorldControl;
  clock: WorldClock;
  log: EventLog;
}): Router {
  const { control, clock, log } = options;
  const router = Router();
  router.use(express.json({ limit: '100kb' }));

  router.get(['/', '/status'], (_request, response) => {
    response.json(control.status());
  });
  router.get('/log', (_request, response) => {
    response.json({ events: control.log() });
  });
  router.get('/faults', (_request, response) => {
    response.json({ faults: control.status().faults });
  });

  const deployments = {
    'deploy-bad': control.deployBad,
    'deploy-good': control.deployGood,
  };
  for (const [path, deploy] of Object.entries(deployments)) {
    post(router, path, SCHEMAS.deploy, async ({ afterMs, ...rest }) => {
      if (afterMs === undefined) {
        return await deploy(rest);
      }
      clock.after(afterMs, async () => {
        try {
          await deploy(rest);
        } catch (error) {
          log.note(
            'world.failed',
            `${path} ${rest.service}: ${
              isError(error) ? error.message : String(error)
            }`,
          );
        }
      });
      return { scheduledAt: clock.now() + afterMs };
    });
  }
  post(router, 'crash', SCHEMAS.crash, body => control.crash(body));
  post(router, 'heal', SCHEMAS.heal, body => control.heal(body));
  post(router, 'flap', SCHEMAS.flap, body => control.flap(body));
  post(router, 'scale', SCHEMAS.scale, body => control.scale(body));
  post(router, 'suspend', SCHEMAS.suspend, body => control.suspend(body));
  post(router, 'ci', SCHEMAS.ci, body => control.ci(body));
  post(router, 'sync', SCHEMAS.sync, body => control.sync(body));
  post(router, 'move-branch', SCHEMAS.sync, body => control.moveBranch(body));
  post(router, 'faults', SCHEMAS.fault, body => control.fault(body));
  addPeopleRoutes(router, control);
  router.delete('/faults', (request, response) => {
    const system = FAULT_SYSTEMS.find(name => name === request.query.system);
    response.json({ cleared: control.clearFaults(system ? { system } : {}) });
  });
  router.delete('/faults/:id', (request, response) => {
    response.json({
      cleared: control.clearFaults({ id: request.params.id }),
    });
  });

  router.use((request, response) => {
    response.status(404).json({
      error: {
        name: 'NotFoundError',
        message: `The control API has no ${request.method} ${request.originalUrl}`,
      },
    });
  });
  router.use(reportError);
  return router;
}

/** Any error of the control API as JSON, to be used last in a router. */
export function reportError(
  error: unknown,
  _request: Request,
  response: Response,
  next: NextFunction,
): void {
  if (response.headersSent) {
    next(error);
    return;
  }
  const { name, message } = isError(error)
    ? error
    : { name: 'Error', message: String(error) };
  const status =
    error instanceof SyntaxError ? 400 : STATUS_OF_ERROR[name] ?? 500;
  response.status(status).json({ error: { name, message } });
}
