import { Router } from 'express';
import { gitHttpRouter } from '../git/httpBackend';
import { type CiRunner } from './ci/ciRunner';
import { restApi } from './rest/api';
import { checkRoutes } from './rest/checks';
import { commitRoutes, singleCommitRoute } from './rest/commits';
import { contentRoutes } from './rest/contents';
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
export function githubRouter(state: GitHubState, ci: CiRunner): Router {
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
  router.use(gitHttpRouter(gitAccess(state)));
  return router;
}
