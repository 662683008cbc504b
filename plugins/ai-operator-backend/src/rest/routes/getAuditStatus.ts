import { auditStatusSchema } from '@ai-operator/backstage-plugin-ai-operator-common';
import { getAuditCheck } from '../../persistence';
import { noParameters } from '../parameters';
import { defineRoute } from '../route';
import { viewAuditMarks } from '../view/auditMarks';
import { viewAuditSinks } from '../view/auditStatus';

export const getAuditStatusRoute = defineRoute({
  path: '/v1/audit/status',
  operationId: 'getAuditStatus',
  summary:
    'Whether the audit trail is what was written, and whether it gets where it is shipped to',
  params: noParameters,
  query: noParameters,
  answer: auditStatusSchema,
  async answerWith(_input, _caller, deps) {
    const now = deps.clock.now();
    const [marks, chain, shipping] = await Promise.all([
      viewAuditMarks(deps.db),
      getAuditCheck(deps.db),
      viewAuditSinks(deps, now),
    ]);
    return { now, ...marks, chain, ...shipping };
  },
});
