import { rollbackListSchema } from '@ai-operator/backstage-plugin-ai-operator-common';
import { z } from 'zod';
import { countRollbacks, listRollbacks } from '../../persistence';
import { decodeCursor, encodeCursor } from '../cursor';
import {
  cursorParameter,
  environmentParameter,
  flagParameter,
  instantParameter,
  limitParameter,
  nameParameter,
  noParameters,
  orderParameter,
  stateParameter,
} from '../parameters';
import { defineRoute } from '../route';
import { viewContext } from '../view/context';
import { viewRollback } from '../view/rollback';

export const listRollbacksRoute = defineRoute({
  path: '/v1/rollbacks',
  operationId: 'listRollbacks',
  summary: 'One page of rollbacks, newest first',
  params: noParameters,
  query: z.strictObject({
    environment: environmentParameter,
    state: stateParameter.describe(
      'Only these states, with commas between them',
    ),
    application: nameParameter
      .optional()
      .describe('Only applications of this name'),
    open: flagParameter.describe(
      '`true`: neither in Idle nor in Abort; `false`: in one of them',
    ),
    needsHuman: flagParameter.describe('Whether a person has to do something'),
    since: instantParameter.describe('Opened at or after (epoch milliseconds)'),
    order: orderParameter.describe('By time of opening; `desc` by default'),
    limit: limitParameter,
    cursor: cursorParameter.describe('`nextCursor` of the page before'),
  }),
  answer: rollbackListSchema,
  async answerWith({ query }, _caller, deps) {
    const { limit, cursor, order = 'desc', application, ...rest } = query;
    const filter = { ...rest, applicationName: application };
    const list = ['rollbacks', filter, order];
    const after = decodeCursor(list, cursor, ['number', 'string']);
    const [page, totalItems] = await Promise.all([
      listRollbacks(deps.db, { filter, limit, after, order }),
      countRollbacks(deps.db, { filter }),
    ]);
    const context = viewContext(deps);
    return {
      items: page.items.map(rollback => viewRollback(rollback, context)),
      totalItems,
      nextCursor: encodeCursor(list, page.next),
    };
  },
});
