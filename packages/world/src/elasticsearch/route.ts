import { type Request, type RequestHandler, type Response } from 'express';
import { mayCluster, mayIndex, refuse, type Principal } from './access';
import type { Elasticsearch } from './elasticsearch';
import { badRequest, ElasticError, envelope } from './errors';
import { isObject, type JsonObject } from './json';
import { negotiate } from './media';

/** Accepted by every address. */
const COMMON_PARAMETERS = ['pretty', 'human', 'error_trace', 'format'];

/** What a route has to work with. */
export interface Asked {
  cluster: Elasticsearch;
  principal: Principal;
  /** From the path. */
  params: Readonly<Record<string, string>>;
  query: Readonly<Record<string, string>>;
  /** The body as it came. */
  text: string;
  /** The body as JSON; an empty object when there is none. */
  json(): JsonObject;
  /** @throws ElasticError 403 */
  needsCluster(action: string, ...anyOf: string[]): void;
  /** @throws ElasticError 403 */
  needsIndex(action: string, index: string, ...anyOf: string[]): void;
}

export interface Answer {
  status?: number;
  /** Absent: an answer without a body. */
  body?: JsonObject;
}

/**
 * Wraps what one address does: formats, who asks, parameters, errors.
 *
 * @param parameters - the query parameters it knows
 */
export function route(
  cluster: Elasticsearch,
  parameters: readonly string[],
  run: (asked: Asked) => Answer,
): RequestHandler {
  return (request, response) => {
    let contentType = 'application/json';
    try {
      const text = Buffer.isBuffer(request.body)
        ? request.body.toString('utf8')
        : '';
      contentType = negotiate(
        {
          contentType: request.get('content-type'),
          accept: request.get('accept'),
        },
        cluster.version,
        text !== '',
      ).answer;
      cluster.expire();
      const asked = read(cluster, request, text);
      refuseUnknown(request, parameters);
      const { status = 200, body } = run(asked);
      send(response, status, body, contentType);
    } catch (error) {
      sendError(response, error, contentType);
    }
  };
}

function read(cluster: Elasticsearch, request: Request, text: string): Asked {
  const principal = cluster.access.authenticate(
    request.get('authorization'),
    request.path,
  );
  return {
    cluster,
    principal,
    params: request.params,
    query: Object.fromEntries(
      Object.entries(request.query).map(([name, value]) => [
        name,
        value === '' ? 'true' : String(value),
      ]),
    ),
    text,
    json: () => parseBody(text),
    needsCluster(action, ...anyOf) {
      if (!anyOf.some(privilege => mayCluster(principal, privilege))) {
        throw refuse(principal, action, [...anyOf, 'manage', 'all'].join(','));
      }
    },
    needsIndex(action, index, ...anyOf) {
      if (!anyOf.some(privilege => mayIndex(principal, index, privilege))) {
        throw refuse(principal, action, [...anyOf, 'all'].join(','), index);
      }
    },
  };
}

function parseBody(text: string): JsonObject {
  if (text === '') {
    return {};
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ElasticError(
      400,
      'x_content_parse_exception',
      '[1:1] Unexpected character or end of input',
      {},
      error,
    );
  }
  if (!isObject(value)) {
    throw badRequest('parsing_exception', 'Expected START_OBJECT');
  }
  return value;
}

function refuseUnknown(request: Request, known: readonly string[]): void {
  const unknown = Object.keys(request.query).find(
    name => ![...known, ...COMMON_PARAMETERS].includes(name),
  );
  if (unknown !== undefined) {
    throw badRequest(
      'illegal_argument_exception',
      `request [${request.path}] contains unrecognized parameter: [${unknown}]`,
    );
  }
}

function send(
  response: Response,
  status: number,
  body: JsonObject | undefined,
  contentType: string,
): void {
  response.status(status).setHeader('content-type', contentType);
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

/** Any error, in this system's words. */
export function sendError(
  response: Response,
  error: unknown,
  contentType = 'application/json',
): void {
  const known =
    error instanceof ElasticError
      ? error
      : new ElasticError(500, 'exception', String(error), {}, error);
  if (known.status === 401) {
    response.set('www-authenticate', [
      'Basic realm="security" charset="UTF-8"',
      'ApiKey',
    ]);
  }
  send(response, known.status, envelope(known), contentType);
}
