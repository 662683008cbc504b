import {
  ApplicationKey,
  AUDIT_RECORD_VERSION,
  AuditRecord,
  Environment,
  RollbackStateName,
  stringifyApplicationKey,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { VerdictSet } from '../core';
import { CallRecord } from '../ports';

/** Whom a record is about. */
export interface AuditSubject {
  correlationId?: string;
  application?: ApplicationKey;
  environment?: Environment;
  /** More to find it by. */
  metadata?: Record<string, unknown>;
}

type Told = Pick<AuditRecord, 'level' | 'actionType' | 'reasoning'> &
  Partial<AuditRecord>;

function auditRecord(
  subject: AuditSubject,
  timestamp: number,
  told: Told,
): AuditRecord {
  return {
    version: AUDIT_RECORD_VERSION,
    timestamp,
    correlationId: subject.correlationId,
    actor: 'ai-operator',
    ...told,
    metadata: {
      application:
        subject.application && stringifyApplicationKey(subject.application),
      environment: subject.environment,
      ...subject.metadata,
      ...told.metadata,
    },
  };
}

/** One call to an outside system (MCP_CALL). */
export function callRecord(subject: AuditSubject, call: CallRecord): AuditRecord {
  const { name, parameters, result, response, durationMs, retryCount } = call;
  return auditRecord(subject, call.startedAt, {
    level: result === 'success' ? 'INFO' : 'WARN',
    actionType: 'MCP_CALL',
    reasoning:
      result === 'success'
        ? `${name} answered`
        : `${name} failed${call.errorCode ? `: ${call.errorCode}` : ''}`,
    mcpCall: { name, parameters, result, response, durationMs, retryCount },
    metadata: call.errorCode ? { errorCode: call.errorCode } : {},
  });
}

/** A move of the state machine (FSM_TRANSITION). */
export function transitionRecord(
  subject: AuditSubject,
  at: number,
  move: { before: RollbackStateName; after: RollbackStateName; because: string },
  metadata: Record<string, unknown> = {},
): AuditRecord {
  return auditRecord(subject, at, {
    level: move.after === 'Abort' ? 'WARN' : 'INFO',
    actionType: 'FSM_TRANSITION',
    reasoning: move.because,
    fsmState: { before: move.before, after: move.after },
    metadata,
  });
}

/** An evaluation of the eight invariants and the guards (INVARIANT_CHECK). */
export function invariantRecord(
  subject: AuditSubject,
  { evaluatedAt, headSha, invariants, guards }: VerdictSet,
): AuditRecord {
  const open = [...invariants, ...guards].filter(
    verdict => verdict.result !== 'holds',
  );
  return auditRecord(subject, evaluatedAt, {
    level: 'INFO',
    actionType: 'INVARIANT_CHECK',
    reasoning:
      open.length === 0
        ? `All ${invariants.length} invariants hold`
        : open.map(({ id, because }) => `${id}: ${because}`).join('; '),
    invariantsChecked: [...invariants, ...guards].map(
      ({ id, result, because }) => ({ id, result, because }),
    ),
    metadata: { headSha },
  });
}

/** A person was or has to be told something (ESCALATION). */
export function escalationRecord(
  subject: AuditSubject,
  at: number,
  told: {
    because: string;
    level: 'WARN' | 'ERROR';
    metadata?: Record<string, unknown>;
  },
): AuditRecord {
  return auditRecord(subject, at, {
    level: told.level,
    actionType: 'ESCALATION',
    reasoning: told.because,
    metadata: told.metadata ?? {},
  });
}

/** Something did not go as it should (ERROR). */
export function errorRecord(
  subject: AuditSubject,
  at: number,
  because: string,
  level: 'WARN' | 'ERROR' = 'ERROR',
): AuditRecord {
  return auditRecord(subject, at, {
    level,
    actionType: 'ERROR',
    reasoning: because,
    metadata: {},
  });
}
