import { rollbackDetailSchema } from '@ai-operator/backstage-plugin-ai-operator-common';
import { z } from 'zod';
import { findRollback } from '../findRollback';
import { nameParameter, noParameters } from '../parameters';
import { defineRoute } from '../route';
import { detailContext } from '../view/detailContext';
import { viewRollbackDetail } from '../view/rollbackDetail';

export const getRollbackRoute = defineRoute({
  path: '/v1/rollbacks/:correlationId',
  operationId: 'getRollback',
  summary: 'One rollback with everything that is known about it',
  params: z.strictObject({ correlationId: nameParameter }),
  query: noParameters,
  answer: rollbackDetailSchema,
  notFound: 'There is no such rollback (ROLLBACK_NOT_FOUND)',
  async answerWith({ params }, caller, deps) {
    const rollback = await findRollback(deps.db, params.correlationId);
    return viewRollbackDetail(
      deps.db,
      rollback,
      await detailContext(deps, caller),
    );
  },
});
