import { Router } from 'express';
import { gitHttpRouter } from '../git/httpBackend';
import { pagesRouter } from './html/router';
import { oauthRouter } from './oauth/router';
import { Sessions } from './oauth/sessions';
import { restApi } from './rest/api';
import { checkRoutes } from './rest/checks';
import { commitRoutes, singleCommitRoute } from './rest/commits';
import { contentRoutes } from './rest/contents';
import { graphqlRouter } from './graphql/router';
import { gitAccess } from './gitAccess';
import { gitDataRoutes } from './rest/gitData';
import { issueRoutes } from './rest/issues';
import { labelRoutes } from './rest/labels';
import { metaRoutes } from './rest/meta';
import { pullRoutes } from './rest/pulls';
import { repositoryRoutes } from './rest/repositories';
import { reviewRoutes } from './rest/reviews';
import { searchRoutes } from './rest/search';
import { type GitHubState } from './state/state';

/** Everything the simulated GitHub serves. */
export function githubRouter(state: GitHubState): Router {
  const router = Router();
  router.use(
    '/api/v3',
    restApi(state, [
      metaRoutes,
      searchRoutes,
      repositoryRoutes,
      contentRoutes,
      gitDataRoutes,
      pullRoutes,
      reviewRoutes,
      issueRoutes,
      labelRoutes,
      checkRoutes,
      commitRoutes,
      singleCommitRoute,
    ]),
  );
  router.use('/api/graphql', graphqlRouter(state));
  const sessions = new Sessions(state);
  router.use(oauthRouter(state, sessions));
  router.use(gitHttpRouter(gitAccess(state)));
  router.use(pagesRouter(state, sessions));
  return router;
}
