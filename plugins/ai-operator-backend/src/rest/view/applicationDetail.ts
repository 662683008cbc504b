import { ApplicationDetail } from '@ai-operator/backstage-plugin-ai-operator-common';
import {
  Database,
  getRollback,
  ListedRecord,
  listChecks,
  listRollbacks,
} from '../../persistence';
import { viewApplication, viewCheck } from './application';
import { DetailContext } from './detailContext';
import { viewRollback } from './rollback';
import { viewRollbackDetail } from './rollbackDetail';

const MAX_CHECKS = 60;
const MAX_HISTORY = 20;

/** One application with its recent checks, the rollback that holds it in full, and earlier ones. */
export async function viewApplicationDetail(
  db: Database,
  listed: ListedRecord,
  context: DetailContext,
): Promise<ApplicationDetail> {
  const { key } = listed.record;
  const [checks, history, held] = await Promise.all([
    listChecks(db, { key, limit: MAX_CHECKS }),
    listRollbacks(db, { filter: { application: key }, limit: MAX_HISTORY }),
    listed.rollback && getRollback(db, listed.rollback),
  ]);
  return {
    ...viewApplication(listed, context),
    checks: checks.map(viewCheck),
    findings: listed.record.findings ?? [],
    rollback: held && (await viewRollbackDetail(db, held, context)),
    history: history.items.map(rollback => viewRollback(rollback, context)),
  };
}
