import { z } from 'zod';
import { redact } from './redact';
import { redactText } from './redactText';
import { ENVIRONMENTS, ROLLBACK_STATES, VERDICT_RESULTS } from './words';

/** Version of {@link auditRecordSchema}; raised when a field changes its meaning. @public */
export const AUDIT_RECORD_VERSION = 1;

/**
 * Who acted: an entity ref, the operator itself, a service of Backstage, or a
 * login of GitHub that the catalog links to nobody.
 */
const ACTOR =
  /^(?:ai-operator|service:\S{1,255}|github:[A-Za-z0-9][A-Za-z0-9_-]{0,99}(?:\[bot\])?|[A-Za-z][A-Za-z0-9.-]{0,62}:[^\s:/]{1,63}\/[^\s:/]{1,255})$/;

const recordSchema = z.object({
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
  actor: z
    .string()
    .regex(
      ACTOR,
      'An actor is an entity ref, ai-operator, service:<subject> or github:<login>',
    ),
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
    .max(100)
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

function withoutSecrets(
  record: z.output<typeof recordSchema>,
): z.output<typeof recordSchema> {
  // Redacting keeps the shape: it replaces texts and cuts what is too much.
  const redacted = redact(record) as typeof record;
  return {
    ...redacted,
    actor: redactText(record.actor, { keepPeople: true }),
  };
}

/**
 * One immutable entry of the audit trail (SPEC §10).
 * `timestamp` is epoch milliseconds. `actor` is the only field that names a
 * person: by an entity ref, or `github:<login>` where the catalog knows nobody;
 * otherwise it is `ai-operator` or `service:<subject>`.
 *
 * What comes out has been redacted: nothing that looks like a credential or an
 * e-mail address passes, in values and in names, and what is too long, too many
 * or too deep is cut.
 * @public
 */
export const auditRecordSchema = recordSchema.overwrite(withoutSecrets);

/** A record as it is handed in: nothing has been taken out of it yet. @public */
export type AuditRecordInput = z.input<typeof auditRecordSchema>;

/** A record as it is kept. @public */
export type AuditRecord = z.output<typeof auditRecordSchema>;
