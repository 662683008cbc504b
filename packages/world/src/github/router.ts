import { Router } from 'express';
import { gitHttpRouter } from '../git/httpBackend';
import { pagesRouter } from './html/router';
import { oauthRouter } from './oauth/router';
import { Sessions } from './oauth/sessions';
import { restApi } from './rest/api';
import { restRoutes } from './rest/routes';
import { graphqlRouter } from './graphql/router';
import { gitAccess } from './gitAccess';
import { type GitHubState } from './state/state';

/** Everything the simulated GitHub serves. */
export function githubRouter(state: GitHubState): Router {
  const router = Router();
  router.use('/api/v3', restApi(state, restRoutes));
  router.use('/api/graphql', graphqlRouter(state));
  const sessions = new Sessions(state);
  router.use(oauthRouter(state, sessions));
  router.use(gitHttpRouter(gitAccess(state)));
  router.use(pagesRouter(state, sessions));
  return router;
}
