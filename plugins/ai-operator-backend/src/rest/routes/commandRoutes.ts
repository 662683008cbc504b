import {
  commandRequestSchema,
  commandResultSchema,
  HumanCommandName,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { z } from 'zod';
import { Auditing } from '../auditing';
import { giveCommand } from '../commands/giveCommand';
import { nameParameter, noParameters } from '../parameters';
import { defineRoute } from '../route';

const MAX_REASON = 2_000;
const REASON_TOO_LONG = `is longer than ${MAX_REASON} characters`;

const expectedVersion = z
  .number({ error: 'is not a number' })
  .int('is not a whole number')
  .min(0, 'is negative')
  .optional()
  .describe('`version` of the rollback you looked at');

/** Why, from somebody who has to say why. */
const withReason = z.strictObject({
  reason: z
    .string({ error: 'is missing: say why' })
    .trim()
    .min(1, 'is empty: say why')
    .max(MAX_REASON, REASON_TOO_LONG),
  expectedVersion,
});

/** The person's own GitHub token: letters, digits and `_.-`, which is what GitHub gives out. */
const TOKEN_HEADER = 'x-ai-operator-github-token';
const NOT_A_TOKEN = 'is not a token GitHub gives out';

const withToken = z.object({
  [TOKEN_HEADER]: z
    .string({ error: NOT_A_TOKEN })
    .min(20, NOT_A_TOKEN)
    .max(1_000, NOT_A_TOKEN)
    .regex(/^[A-Za-z0-9_.-]+$/, NOT_A_TOKEN)
    .optional()
    .describe(
      "The caller's own GitHub token. With it their own review of exactly the approved commit is submitted; it is used once and neither stored nor logged.",
    ),
});

/** Backstage's auditor is told of every command, and of what came of it. */
function decide(command: HumanCommandName): Auditing {
  return { eventId: 'rollback-decide', meta: { command } };
}

const shared = {
  method: 'post',
  status: 202,
  refusesItself: true,
  params: z.strictObject({ correlationId: nameParameter }),
  query: noParameters,
  answer: commandResultSchema,
  forbidden:
    'A service asked (PERSON_NEEDED), the permission policy does not let them (NOT_ALLOWED), or their role is not enough (ROLE_NEEDED); audited',
  notFound: 'There is no such rollback (ROLLBACK_NOT_FOUND)',
  conflict:
    'It means nothing in the present state (NOT_NOW), or somebody was faster (VERSION_CONFLICT); audited',
  unavailable:
    'The roles of the caller cannot be looked up (PEOPLE_UNAVAILABLE); audited',
} as const;

export const approveRoute = defineRoute({
  ...shared,
  path: '/v1/rollbacks/:correlationId/approve',
  operationId: 'approveRollback',
  summary: 'Approve the pull request of a rollback at its present commit',
  auditing: decide('APPROVE'),
  headers: withToken,
  body: commandRequestSchema,
  async answerWith({ params, headers, body, note }, caller, deps) {
    return giveCommand(
      'APPROVE',
      {
        ...params,
        ...body,
        reason: body.reason || undefined,
        token: headers[TOKEN_HEADER],
        note,
      },
      caller,
      deps,
    );
  },
});

function reasonedRoute(
  command: HumanCommandName,
  path: string,
  operationId: string,
  summary: string,
) {
  return defineRoute({
    ...shared,
    path,
    operationId,
    summary,
    auditing: decide(command),
    body: withReason,
    async answerWith({ params, body, note }, caller, deps) {
      return giveCommand(command, { ...params, ...body, note }, caller, deps);
    },
  });
}

export const abortRoute = reasonedRoute(
  'ABORT',
  '/v1/rollbacks/:correlationId/abort',
  'abortRollback',
  'End a rollback before it is merged, and close its pull request',
);

export const manualRoute = reasonedRoute(
  'MANUAL',
  '/v1/rollbacks/:correlationId/manual',
  'takeOverRollback',
  'Take a rollback over: the operator leaves the application alone',
);

export const resetRoute = reasonedRoute(
  'RESET',
  '/v1/rollbacks/:correlationId/reset',
  'resetRollback',
  'Free an application whose rollback was aborted',
);

/** The address of the customer's runbook (seed §10.1). */
export const resetByRunbookRoute = reasonedRoute(
  'RESET',
  '/reset/:correlationId',
  'resetRollbackByRunbook',
  'The same as `/v1/rollbacks/{correlationId}/reset`',
);
