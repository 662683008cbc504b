import { Route } from '../route';
import {
  abortRoute,
  approveRoute,
  manualRoute,
  resetByRunbookRoute,
  resetRoute,
} from './commandRoutes';
import { exportAuditRoute } from './exportAudit';
import { getApplicationRoute } from './getApplication';
import { getAuditStatusRoute } from './getAuditStatus';
import { getDoctorRoute } from './getDoctor';
import { getOverviewRoute } from './getOverview';
import { getRollbackRoute } from './getRollback';
import { listApplicationsRoute } from './listApplications';
import { listAuditRoute } from './listAudit';
import { listEntityApplicationsRoute } from './listEntityApplications';
import { listRollbacksRoute } from './listRollbacks';
import { getPauseRoute, putPauseRoute } from './pause';
import { verifyAuditRoute } from './verifyAudit';

/** All routes but the document, the metrics and the probes. A new one is one file and one line here. */
export const ROUTES: readonly Route[] = [
  listApplicationsRoute,
  getApplicationRoute,
  listEntityApplicationsRoute,
  listRollbacksRoute,
  getRollbackRoute,
  getOverviewRoute,
  approveRoute,
  abortRoute,
  manualRoute,
  resetRoute,
  resetByRunbookRoute,
  getPauseRoute,
  putPauseRoute,
  getDoctorRoute,
  listAuditRoute,
  verifyAuditRoute,
  getAuditStatusRoute,
  exportAuditRoute,
];
