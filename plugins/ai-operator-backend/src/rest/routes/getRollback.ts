import { rollbackDetailSchema } from '@ai-operator/backstage-plugin-ai-operator-common';
import { z } from 'zod';
import { getRollback } from '../../persistence';
import { notFound } from '../errors';
import { nameParameter, noParameters } from '../parameters';
import { defineRoute } from '../route';
import { viewContext } from '../view/context';
import { viewRollbackDetail } from '../view/rollbackDetail';

export const getRollbackRoute = defineRoute({
  path: '/v1/rollbacks/:correlationId',
  operationId: 'getRollback',
  summary: 'One rollback with everything that is known about it',
  params: z.strictObject({ correlationId: nameParameter }),
  query: noParameters,
  answer: rollbackDetailSchema,
  notFound: 'There is no such rollback (ROLLBACK_NOT_FOUND)',
  async answerWith({ params }, _caller, deps) {
    const rollback = await getRollback(deps.db, params);
    if (!rollback) {
      throw notFound(
        'ROLLBACK_NOT_FOUND',
        `There is no rollback ${params.correlationId}. Check the correlation id; a finished rollback is removed after its retention (aiOperator.retention.finishedRollbacks), and its audit records stay.`,
      );
    }
    return viewRollbackDetail(deps.db, rollback, viewContext(deps));
  },
});
