import { z } from 'zod';
import { Database, lastAuditSeq, readChain } from '../../persistence';
import { fileName, jsonLines } from '../download';
import { badRequest } from '../errors';
import { nameParameter, noParameters, seqParameter } from '../parameters';
import { defineRoute } from '../route';
import { exportLine } from '../view/exportLine';

/** Rows in memory at once. */
const PAGE = 250;

interface Selection {
  from: number;
  to?: number;
  correlationId?: string;
}

async function* pagesOf(
  db: Database,
  { from, to, correlationId }: Selection,
): AsyncGenerator<string> {
  // What is written while it is sent belongs to the next file: this one has an end.
  const last = Math.min(await lastAuditSeq(db), to ?? Number.MAX_SAFE_INTEGER);
  let next = from;
  for (;;) {
    const rows = await readChain(db, {
      correlationId,
      from: next,
      to: last,
      limit: PAGE,
    });
    if (rows.length > 0) {
      yield rows.map(exportLine).join('');
      next = rows[rows.length - 1].seq + 1;
    }
    if (rows.length < PAGE) {
      return;
    }
  }
}

export const exportAuditRoute = defineRoute({
  path: '/v1/audit/export',
  operationId: 'exportAudit',
  summary:
    'The audit trail as a file, oldest first: a line for each entry, with its place in the chain and exactly the stored record',
  params: noParameters,
  query: z.strictObject({
    correlationId: nameParameter
      .optional()
      .describe('Only the records of this rollback'),
    from: seqParameter.describe('Number of the first entry'),
    to: seqParameter.describe('Number of the last entry'),
  }),
  answer: jsonLines,
  auditing: { eventId: 'audit-export' },
  atOnce: 4,
  async answerWith({ query }, _caller, { db }) {
    const { correlationId, from, to } = query;
    if (from !== undefined && to !== undefined && to < from) {
      throw badRequest('to', `is less than from, which is ${from}`);
    }
    const range = correlationId ?? `${from ?? 1}-${to ?? 'end'}`;
    return {
      filename: `${fileName('ai-operator-audit', range)}.jsonl`,
      parts: pagesOf(db, {
        // Whatever stands before the first entry is shown, too.
        from: from ?? Number.MIN_SAFE_INTEGER,
        to,
        correlationId,
      }),
    };
  },
});
