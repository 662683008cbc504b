import express, {
  Router,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import { addClusterRoutes } from './clusterRoutes';
import { BODY_LIMIT, type Elasticsearch } from './elasticsearch';
import { addDocumentRoutes } from './documentRoutes';
import { badRequest } from './errors';
import { addIndexRoutes } from './indexRoutes';
import { sendError } from './route';

/** Tells clients that this is Elasticsearch; they refuse to speak to anything else. */
export const productHeader: RequestHandler = (_request, response, next) => {
  response.set('x-elastic-product', 'Elasticsearch');
  next();
};

/** The REST API of Elasticsearch, to be mounted at its root. */
export function createElasticsearchRouter(cluster: Elasticsearch): Router {
  const router = Router();
  router.use(express.raw({ type: () => true, limit: BODY_LIMIT }));
  addClusterRoutes(router, cluster);
  addDocumentRoutes(router, cluster);
  addIndexRoutes(router, cluster);
  router.use((request, response) => {
    sendError(
      response,
      badRequest(
        'illegal_argument_exception',
        `no handler found for uri [${request.url}] and method [${request.method}]`,
      ),
    );
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
      } else if (Object(error).type === 'entity.too.large') {
        // The real one closes the door before anything could be worded.
        response.status(413).set('connection', 'close').end();
      } else {
        sendError(response, error);
      }
    },
  );
  return router;
}
