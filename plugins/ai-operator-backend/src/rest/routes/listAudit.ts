import { auditListSchema } from '@ai-operator/backstage-plugin-ai-operator-common';
import { z } from 'zod';
import { pageAudit } from '../../persistence';
import { decodeCursor, encodeCursor } from '../cursor';
import {
  actionTypeParameter,
  cursorParameter,
  instantParameter,
  limitParameter,
  nameParameter,
  noParameters,
} from '../parameters';
import { defineRoute } from '../route';
import { viewAuditEntry } from '../view/auditEntry';
import { kibanaLink } from '../view/kibanaLink';

export const listAuditRoute = defineRoute({
  path: '/v1/audit',
  operationId: 'listAudit',
  summary: 'One page of the audit trail, newest first',
  params: noParameters,
  query: z.strictObject({
    correlationId: nameParameter
      .optional()
      .describe('Only records of this rollback'),
    actionType: actionTypeParameter.describe(
      'Only records of these kinds, with commas between them',
    ),
    since: instantParameter.describe(
      'Only records of this time or later (epoch milliseconds)',
    ),
    until: instantParameter.describe(
      'Only records of this time or earlier (epoch milliseconds)',
    ),
    order: z
      .enum(['newest', 'oldest'], { error: 'is neither newest nor oldest' })
      .default('newest')
      .describe('Which come first'),
    limit: limitParameter,
    cursor: cursorParameter.describe('`nextCursor` of the page before'),
  }),
  answer: auditListSchema,
  async answerWith({ query }, _caller, { clock, configured, db }) {
    const { limit, cursor, actionType: actionTypes, ...filter } = query;
    const { correlationId } = filter;
    const list = ['audit', filter, actionTypes];
    const position = decodeCursor(list, cursor, ['number']);
    const found = await pageAudit(db, {
      ...filter,
      actionTypes,
      after: position && Number(position[0]),
      limit: limit + 1,
    });
    const shown = found.slice(0, limit);
    return {
      now: clock.now(),
      items: shown.map(viewAuditEntry),
      nextCursor: encodeCursor(
        list,
        found.length > limit ? [shown[shown.length - 1].seq] : undefined,
      ),
      elsewhere:
        correlationId === undefined
          ? undefined
          : kibanaLink(configured.kibana, correlationId),
    };
  },
});
