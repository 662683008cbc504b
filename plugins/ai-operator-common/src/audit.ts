import { z } from 'zod';
import { ENVIRONMENTS, ROLLBACK_STATES, VERDICT_RESULTS } from './words';

/** Version of {@link auditRecordSchema}; raised when a field changes its meaning. @public */
export const AUDIT_RECORD_VERSION = 1;

/**
 * One immutable entry of the decision trail (SPEC §10).
 * `timestamp` is epoch milliseconds; `actor` is an entity ref of a person or `ai-operator`.
 * @public
 */
export const auditRecordSchema = z.object({
  version: z.literal(AUDIT_RECORD_VERSION),
  timestamp: z.number().int().nonnegative(),
  /** Absent for what belongs to no rollback, such as an instance that cannot be reached. */
  correlationId: z.string().optional(),
  level: z.enum(['INFO', 'WARN', 'ERROR']),
  actionType: z.enum([
    'MCP_CALL',
    'FSM_TRANSITION',
    'INVARIANT_CHECK',
    'ESCALATION',
    'HUMAN_COMMAND',
    'ERROR',
  ]),
  actor: z.string(),
  reasoning: z.string(),
  mcpCall: z
    .object({
      name: z.string(),
      parameters: z.record(z.string(), z.unknown()),
      result: z.enum(['success', 'failure']),
      response: z.unknown().optional(),
      durationMs: z.number().nonnegative(),
      retryCount: z.number().int().nonnegative(),
    })
    .optional(),
  invariantsChecked: z
    .array(
      z.object({
        id: z.string(),
        result: z.enum(VERDICT_RESULTS),
        because: z.string(),
      }),
    )
    .optional(),
  fsmState: z
    .object({
      before: z.enum(ROLLBACK_STATES),
      after: z.enum(ROLLBACK_STATES),
    })
    .optional(),
  metadata: z
    .object({
      application: z.string().optional(),
      environment: z.enum(ENVIRONMENTS).optional(),
    })
    .catchall(z.unknown()),
});

/** @public */
export type AuditRecord = z.infer<typeof auditRecordSchema>;
