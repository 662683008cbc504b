import express, {
  Router,
  type NextFunction,
  type Request,
  type Response,
} from 'express';
import { DEMO_ACCESS } from '../credentials';
import { readArguments, textOf, type Arguments } from './arguments';
import { METHODS } from './methods';
import type { Slack } from './slack';
import { SlackError } from './types';

const BODY_LIMIT = '1mb';

/** An error as Slack words it; which HTTP status it comes with decides. */
export function slackErrorBody(status: number): Record<string, unknown> {
  return {
    ok: false,
    error: status === 429 ? 'ratelimited' : 'internal_error',
  };
}

/**
 * The Web API, to be mounted where its methods begin (`/chat.postMessage`).
 * As in Slack, a refusal is HTTP 200 with `ok: false`.
 */
export function createSlackRouter(options: {
  slack: Slack;
  baseUrl: string;
}): Router {
  const router = Router();
  router.use(
    express.json({ limit: BODY_LIMIT, strict: false }),
    express.urlencoded({ extended: false, limit: BODY_LIMIT }),
  );
  router.all('/:method', (request, response) => {
    const method = METHODS[request.params.method];
    response.set(
      'x-oauth-scopes',
      'chat:write,chat:write.customize,users:read,users:read.email',
    );
    if (!method) {
      throw new SlackError('unknown_method');
    }
    response.set('x-accepted-oauth-scopes', method.scope);
    const args = readArguments(request);
    authenticate(request, args);
    response.json({ ok: true, ...method.call(args, options) });
  });
  router.use((_request: Request, response: Response) => {
    response.status(404).json({ ok: false, error: 'unknown_method' });
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
      } else {
        refuse(error, response);
      }
    },
  );
  return router;
}

function authenticate(request: Request, args: Arguments): void {
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.get('authorization') ?? '');
  const token = bearer?.[1] ?? textOf(args, 'token');
  if (token === undefined) {
    throw new SlackError('not_authed');
  }
  if (token !== DEMO_ACCESS.slack.botToken) {
    throw new SlackError('invalid_auth');
  }
}

function refuse(error: unknown, response: Response): void {
  if (error instanceof SlackError) {
    response.json({
      ok: false,
      error: error.message,
      ...(error.details.length > 0 && {
        response_metadata: { messages: error.details },
      }),
    });
  } else if (error instanceof SyntaxError) {
    response.json({ ok: false, error: 'invalid_json' });
  } else {
    response.status(500).json(slackErrorBody(500));
  }
}
