import { auditVerificationSchema } from '@ai-operator/backstage-plugin-ai-operator-common';
import { z } from 'zod';
import { verifyAudit } from '../../persistence';
import {
  countUpTo,
  nameParameter,
  noParameters,
  seqParameter,
} from '../parameters';
import { defineRoute } from '../route';

/** Entries of one verification: seconds of work. */
const MAX_ENTRIES = 100_000;
const DEFAULT_ENTRIES = 20_000;

export const verifyAuditRoute = defineRoute({
  path: '/v1/audit/verify',
  operationId: 'verifyAudit',
  summary:
    'Recomputes a part of the audit trail and says which records are not what was written',
  params: noParameters,
  query: z.strictObject({
    from: seqParameter.describe(
      'Number of the first entry; the oldest one by default. `nextFrom` of the answer before leads on',
    ),
    limit: countUpTo(MAX_ENTRIES, 'go on with nextFrom of the answer')
      .default(DEFAULT_ENTRIES)
      .describe('How many entries'),
    correlationId: nameParameter
      .optional()
      .describe('Only the records of this rollback, each by itself'),
  }),
  answer: auditVerificationSchema,
  auditing: { eventId: 'audit-verify' },
  atOnce: 2,
  async answerWith({ query }, _caller, { clock, db }) {
    const verification = await verifyAudit(db, query);
    return { now: clock.now(), ...verification };
  },
});
