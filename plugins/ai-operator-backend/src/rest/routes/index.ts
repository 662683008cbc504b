import { Route } from '../route';
import { getApplicationRoute } from './getApplication';
import { getOverviewRoute } from './getOverview';
import { getRollbackRoute } from './getRollback';
import { listApplicationsRoute } from './listApplications';
import { listEntityApplicationsRoute } from './listEntityApplications';
import { listRollbacksRoute } from './listRollbacks';

/** All routes that answer with data of the operator. A new one is one file and one line here. */
export const ROUTES: readonly Route[] = [
  listApplicationsRoute,
  getApplicationRoute,
  listEntityApplicationsRoute,
  listRollbacksRoute,
  getRollbackRoute,
  getOverviewRoute,
];
