import { createHash, randomUUID } from 'node:crypto';
import { type Request, type Response } from 'express';
import { ApiError } from '../domain/apiError';
import { type RateState } from '../state/rateLimits';
import { type GitHubState } from '../state/state';
import { type Reply, type Viewer } from './call';

/** Whose budget a request uses. */
export function callerOf(request: Request, viewer: Viewer | undefined): string {
  return viewer
    ? `token ${viewer.token.value}`
    : `anonymous ${request.ip ?? 'unknown'}`;
}

/** Headers every answer has. */
export function commonHeaders(
  response: Response,
  viewer: Viewer | undefined,
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
          'x-accepted-oauth-scopes': 'repo',
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

/** Whether the caller already has what the reply says (304; costs no budget). */
export function isNotModified(request: Request, reply: Reply): boolean {
  const known = request.headers['if-none-match'];
  const etag = etagOf(request, reply);
  return (
    etag !== undefined &&
    known !== undefined &&
    known
      .split(',')
      .map(entry => entry.trim().replace(/^W\//, ''))
      .includes(etag.slice(2))
  );
}

function etagOf(request: Request, reply: Reply): string | undefined {
  if (
    !['GET', 'HEAD'].includes(request.method) ||
    (reply.status ?? 200) !== 200 ||
    (reply.body === undefined && reply.raw === undefined)
  ) {
    return undefined;
  }
  const hash = createHash('sha256').update(
    reply.raw?.content ?? JSON.stringify(reply.body),
  );
  return `W/"${hash.digest('hex')}"`;
}

/** Sends a reply, or 304 when the caller already has it. */
export function sendReply(
  request: Request,
  response: Response,
  reply: Reply,
): void {
  response.set(reply.headers ?? {});
  const etag = etagOf(request, reply);
  if (etag) {
    response.set('etag', etag);
  }
  if (isNotModified(request, reply)) {
    response.status(304).end();
    return;
  }
  response.status(reply.status ?? 200);
  if (reply.raw) {
    response.set('content-type', reply.raw.type).end(reply.raw.content);
    return;
  }
  if (reply.body === undefined) {
    response.end();
    return;
  }
  response
    .set('content-type', 'application/json; charset=utf-8')
    .end(JSON.stringify(reply.body));
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
