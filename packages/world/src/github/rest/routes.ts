import { type Register } from './api';
import { checkRoutes } from './checks';
import { commitRoutes, singleCommitRoute } from './commits';
import { contentRoutes } from './contents';
import { gitDataRoutes } from './gitData';
import { issueRoutes } from './issues';
import { labelRoutes } from './labels';
import { metaRoutes } from './meta';
import { pullRoutes } from './pulls';
import { reactionRoutes } from './reactions';
import { repositoryRoutes } from './repositories';
import { reviewRoutes } from './reviews';
import { searchRoutes } from './search';

/** All endpoints of the REST API, in the order in which they match. */
export const restRoutes: Array<(register: Register) => void> = [
  metaRoutes,
  searchRoutes,
  repositoryRoutes,
  contentRoutes,
  gitDataRoutes,
  pullRoutes,
  reviewRoutes,
  issueRoutes,
  labelRoutes,
  reactionRoutes,
  checkRoutes,
  commitRoutes,
  singleCommitRoute,
];
