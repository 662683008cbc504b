import { isError } from '@backstage/errors';
import { Router, type Request, type Response } from 'express';
import type { WorldClock } from '../clock';
import type { Deployments } from '../deployments';
import { parseDuration } from './duration';
import { evaluate } from './evaluate';
import { parseQuery } from './parse';

/** The version the world's answers are modelled on. */
export const PROMETHEUS_VERSION = '3.5.0';

const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: 'bad_data',
  401: 'unauthorized',
  404: 'not_found',
  422: 'execution',
  429: 'too_many_requests',
  500: 'internal',
  503: 'unavailable',
  504: 'timeout',
};

/** An error document as Prometheus writes it. */
export function prometheusError(
  status: number,
  message: string,
): Record<string, unknown> {
  return {
    status: 'error',
    errorType: ERROR_TYPES[status] ?? 'internal',
    error: message,
  };
}

/**
 * The HTTP API of Prometheus, to be mounted at its root. Form bodies must have
 * been parsed before.
 */
export function createPrometheusRouter(options: {
  deployments: Deployments;
  clock: WorldClock;
}): Router {
  const { deployments, clock } = options;
  const router = Router();
  const query = (request: Request, response: Response) => {
    const now = clock.now();
    try {
      const time = parameter(request, 'time');
      const timeout = parameter(request, 'timeout');
      const at = time === undefined ? now : parseTime(time);
      if (timeout !== undefined) {
        checkTimeout(timeout);
      }
      const result = evaluate(
        parseQuery(parameter(request, 'query') ?? ''),
        deployments,
        at,
        now,
      );
      response.json({
        status: 'success',
        data: { resultType: 'vector', result },
      });
    } catch (error) {
      const message = isError(error) ? error.message : String(error);
      response.status(400).json(prometheusError(400, message));
    }
  };
  router.get('/api/v1/query', query);
  router.post('/api/v1/query', query);
  router.get(['/-/healthy', '/-/ready'], (request, response) => {
    const state = request.path.endsWith('ready') ? 'Ready' : 'Healthy';
    response.type('text/plain').send(`Prometheus Server is ${state}.\n`);
  });
  router.get('/api/v1/status/buildinfo', (_request, response) => {
    response.json({
      status: 'success',
      data: {
        version: PROMETHEUS_VERSION,
        revision: 'world',
        branch: 'HEAD',
        buildUser: '',
        buildDate: '',
        goVersion: '',
      },
    });
  });
  router.use((_request, response) => {
    response.status(404).type('text/plain').send('404 page not found\n');
  });
  return router;
}

/** From the form of a POST if it is there, from the URL otherwise. */
function parameter(request: Request, name: string): string | undefined {
  const form: unknown = request.body?.[name];
  const value = form ?? request.query[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function parseTime(text: string): number {
  const at = /^-?\d+(\.\d+)?$/.test(text)
    ? Math.round(Number(text) * 1000)
    : Date.parse(/^\d{4}-\d\d-\d\dT/.test(text) ? text : '');
  if (!Number.isFinite(at)) {
    throw new Error(
      `invalid parameter "time": cannot parse "${text}" to a valid timestamp`,
    );
  }
  return at;
}

function checkTimeout(text: string): void {
  if (!/^\d+(\.\d+)?$/.test(text) && parseDuration(text) === undefined) {
    throw new Error(
      `invalid parameter "timeout": cannot parse "${text}" to a valid duration`,
    );
  }
}
