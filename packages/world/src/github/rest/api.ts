import {
  json,
  type NextFunction,
  type Request,
  type Response,
  Router,
} from 'express';
import { ApiError, notFound } from '../domain/apiError';
import { type RateResource } from '../state/rateLimits';
import { type GitHubState } from '../state/state';
import { authenticate } from './authenticate';
import { Call, type Reply, type Viewer } from './call';
import {
  callerOf,
  commonHeaders,
  rateHeaders,
  refuseOverLimit,
  prepare,
  send,
  sendError,
} from './respond';

export type Endpoint = (call: Call) => Reply | Promise<Reply>;
type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** Registers endpoints; `:owner/:repo` paths take the repository from `call.repository()`. */
export type Register = (
  method: Method,
  path: string,
  endpoint: Endpoint,
  resource?: RateResource | 'free',
) => void;

const MAX_BODY = '1mb';

/** A router that answers as GitHub's REST API does: credentials, budget, ETags, error shapes. */
export function restApi(
  state: GitHubState,
  groups: Array<(register: Register) => void>,
): Router {
  const router = Router();
  router.use(json({ limit: MAX_BODY, type: () => true }));
  const register: Register = (method, path, endpoint, resource = 'core') => {
    router[method](path, (request, response, next) => {
      serve(state, request, response, endpoint, resource).catch(next);
    });
  };
  for (const group of groups) {
    group(register);
  }
  router.use((request, response, next) => {
    serve(
      state,
      request,
      response,
      () => {
        throw notFound();
      },
      'core',
    ).catch(next);
  });
  router.use(
    (
      error: unknown,
      _request: Request,
      response: Response,
      next: NextFunction,
    ) => {
      if (response.headersSent) {
        next(error);
        return;
      }
      sendError(response, bodyError(error));
    },
  );
  return router;
}

async function serve(
  state: GitHubState,
  request: Request,
  response: Response,
  endpoint: Endpoint,
  resource: RateResource | 'free',
): Promise<void> {
  let viewer: Viewer | undefined;
  try {
    await state.settled();
    viewer = authenticate(state, request);
    commonHeaders(response, viewer, request.path);
    const caller = callerOf(request, viewer);
    if (resource === 'free') {
      rateHeaders(response, state.limits.look(caller, 'core'));
      const reply = await endpoint(new Call(state, request, viewer));
      send(response, prepare(request, reply));
      return;
    }
    const rate = state.limits.take(caller, resource);
    rateHeaders(response, rate);
    refuseOverLimit(state, caller, viewer, rate);
    const reply = await endpoint(new Call(state, request, viewer));
    const prepared = prepare(request, reply);
    if (prepared.notModified) {
      rateHeaders(response, state.limits.refund(caller, resource));
    }
    send(response, prepared);
  } catch (error) {
    if (!(error instanceof ApiError)) {
      throw error;
    }
    if (!response.hasHeader('x-github-request-id')) {
      commonHeaders(response, viewer, request.path);
    }
    sendError(response, error);
  }
}

/** What the body parser or a defect of ours threw. */
function bodyError(error: unknown): ApiError {
  const type =
    typeof error === 'object' && error !== null && 'type' in error
      ? error.type
      : undefined;
  if (type === 'entity.parse.failed') {
    return new ApiError(400, 'Problems parsing JSON', { cause: error });
  }
  if (type === 'entity.too.large') {
    return new ApiError(413, `The body is larger than ${MAX_BODY}`, {
      cause: error,
    });
  }
  process.emitWarning(
    error instanceof Error ? error : new Error(String(error)),
  );
  return new ApiError(500, 'Server Error', { cause: error });
}
