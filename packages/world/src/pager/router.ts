import express, {
  Router,
  type NextFunction,
  type Request,
  type Response,
} from 'express';
import { z } from 'zod';
import { DEMO_ACCESS } from '../credentials';
import type { PagerService } from './pager';

const pageSchema = z.object({
  event: z.string().min(1),
  dedup_key: z.string().min(1).max(255),
  summary: z.string().min(1).max(1_024),
  severity: z.enum(['critical', 'error', 'warning', 'info']),
  application: z.string().min(1),
  environment: z.string().min(1),
  link: z.url({ protocol: /^https?$/ }),
  details: z.string(),
  sent_at: z.iso.datetime(),
});

/** An error as this service words it. */
export function pagerError(
  _status: number,
  message: string,
): Record<string, unknown> {
  return { error: message };
}

/** Takes pages: `POST /webhook` with a bearer token. */
export function createPagerRouter(pager: PagerService): Router {
  const router = Router();
  router.post(
    '/webhook',
    authenticate,
    express.json({ limit: '100kb' }),
    (request, response) => {
      const parsed = pageSchema.safeParse(request.body);
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        response.status(400).json({
          error: `${issue.path.join('.') || 'body'}: ${issue.message}`,
        });
        return;
      }
      const { dedup_key: dedupKey, sent_at: sentAt, ...page } = parsed.data;
      const incident = pager.receive(
        { ...page, dedupKey, sentAt },
        request.get('idempotency-key'),
      );
      response.status(202).json({
        status: incident.deliveries > 1 ? 'known' : 'accepted',
        dedup_key: dedupKey,
      });
    },
  );
  router.use((request, response) => {
    response
      .status(404)
      .json({ error: `There is no ${request.method} ${request.path}` });
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
        response
          .status(error instanceof SyntaxError ? 400 : 500)
          .json({ error: String(error) });
      }
    },
  );
  return router;
}

/** What tests look at, to be mounted at `/world/pager`. */
export function createPagerControl(pager: PagerService): Router {
  const router = Router();
  router.get('/', (_request, response) => {
    response.json({ incidents: pager.incidents() });
  });
  return router;
}

function authenticate(
  request: Request,
  response: Response,
  next: NextFunction,
): void {
  if (request.get('authorization') === `Bearer ${DEMO_ACCESS.pager.token}`) {
    next();
  } else {
    response.status(401).json({ error: 'a bearer token of this service' });
  }
}
