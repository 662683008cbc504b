import { createHash, randomUUID } from 'node:crypto';
import { type Request, type Response } from 'express';
import { ApiError } from '../domain/apiError';
import { type RateState } from '../state/rateLimits';
import { type GitHubState } from '../state/state';
import { type Reply, type Viewer } from './call';
import { acceptedScopes } from './scopes';

/** Whose budget a request uses. */
export function callerOf(request: Request, viewer: Viewer | undefined): string {
  return viewer
    ? `token ${viewer.token.value}`
    : `anonymous ${request.ip ?? 'unknown'}`;
}

/** Headers every answer has. `path` is that of the endpoint, without `/api/v3`. */
export function commonHeaders(
  response: Response,
  viewer: Viewer | undefined,
  path = '',
): void {
  response.set({
    'x-github-media-type': 'github.v3; format=json',
    'x-github-request-id': randomUUID().replace(/-/g, '').toUpperCase(),
    'x-github-enterprise-version': '3.19.0',
    'cache-control': viewer
      ? 'private, max-age=60, s-maxage=60'
      : 'public, max-age=60',
    vary: 'Accept, Authorization, Cookie',
    ...(viewer
      ? {
          'x-oauth-scopes': viewer.token.scopes.join(', '),
          'x-accepted-oauth-scopes': acceptedScopes(path).join(', '),
        }
      : {}),
  });
}

export function rateHeaders(response: Response, rate: RateState): void {
  response.set({
    'x-ratelimit-limit': String(rate.limit),
    'x-ratelimit-remaining': String(rate.remaining),
    'x-ratelimit-used': String(rate.used),
    'x-ratelimit-reset': String(rate.reset),
    'x-ratelimit-resource': rate.resource,
  });
}

/**
 * Refuses a caller who has no budget left or must wait.
 *
 * @throws ApiError 403 (primary limit) or 429 (secondary limit, with `retry-after`)
 */
export function refuseOverLimit(
  state: GitHubState,
  caller: string,
  viewer: Viewer | undefined,
  rate: { allowed: boolean },
): void {
  const wait = state.limits.secondaryWait(caller);
  if (wait > 0) {
    throw new ApiError(
      429,
      'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
      {
        documentationUrl:
          'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits',
        headers: { 'retry-after': String(Math.ceil(wait / 1000)) },
      },
    );
  }
  if (!rate.allowed) {
    throw new ApiError(
      403,
      viewer
        ? `API rate limit exceeded for user ID ${viewer.account.id}.`
        : "API rate limit exceeded for this address. (But here's the good news: Authenticated requests get a higher rate limit.)",
      {
        documentationUrl:
          'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api',
      },
    );
  }
}

/** A reply ready to go. */
export interface Prepared {
  status: number;
  headers: Record<string, string>;
  payload: string | Buffer | undefined;
  /** The caller already has it (304; costs no budget). */
  notModified: boolean;
}

/** Writes a reply out and gives it its weak ETag. */
export function prepare(request: Request, reply: Reply): Prepared {
  const status = reply.status ?? 200;
  const payload =
    reply.raw?.content ??
    (reply.body === undefined ? undefined : JSON.stringify(reply.body));
  const headers = {
    ...reply.headers,
    ...(payload === undefined
      ? {}
      : {
          'content-type': reply.raw?.type ?? 'application/json; charset=utf-8',
        }),
  };
  if (request.method !== 'GET' || status !== 200 || payload === undefined) {
    return { status, headers, payload, notModified: false };
  }
  const tag = `"${createHash('sha256').update(payload).digest('hex')}"`;
  const known = (request.headers['if-none-match'] ?? '')
    .split(',')
    .map(entry => entry.trim().replace(/^W\//, ''));
  return {
    status,
    headers: { ...headers, etag: `W/${tag}` },
    payload,
    notModified: known.includes(tag),
  };
}

/** Sends a reply, or 304 when the caller already has it. */
export function send(response: Response, prepared: Prepared): void {
  response.set(prepared.headers);
  if (prepared.notModified) {
    response.status(304).end();
  } else {
    response.status(prepared.status).end(prepared.payload);
  }
}

/** Sends an error in GitHub's shape. */
export function sendError(response: Response, error: ApiError): void {
  response
    .status(error.status)
    .set(error.headers)
    .set('content-type', 'application/json; charset=utf-8')
    .end(
      JSON.stringify({
        message: error.message,
        ...(error.errors ? { errors: error.errors } : {}),
        documentation_url: error.documentationUrl,
        status: String(error.status),
      }),
    );
}
