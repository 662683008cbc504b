import {
  ApplicationKey,
  AUDIT_RECORD_VERSION,
  AuditRecord,
  CommandSource,
  Environment,
  HumanCommandName,
  RollbackStateName,
  stringifyApplicationKey,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { VerdictSet } from '../core/rollback';
import { CallRecord } from '../ports';

/** Whom a record is about. */
export interface AuditSubject {
  /** Absent for what belongs to no rollback, such as an instance that cannot be reached. */
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

function sentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

/** One finished call to an outside system (MCP_CALL, with the seed's names). */
export function callRecord(
  subject: AuditSubject,
  call: CallRecord,
): AuditRecord {
  const { name, parameters, result, response, durationMs, retryCount } = call;
  const afterRetries =
    retryCount > 0 ? ` after it was retried ${times(retryCount)}` : '';
  return auditRecord(subject, call.startedAt, {
    level: result === 'success' ? 'INFO' : 'WARN',
    actionType: 'MCP_CALL',
    reasoning:
      result === 'success'
        ? `${name} answered in ${Math.round(durationMs)} ms${afterRetries}.`
        : `${name} failed${
            call.errorCode ? ` with ${call.errorCode}` : ''
          }${afterRetries}.`,
    mcpCall: {
      name,
      parameters,
      result,
      response,
      durationMs: Math.max(0, durationMs),
      retryCount,
    },
    metadata: call.errorCode ? { errorCode: call.errorCode } : {},
  });
}

/** Calls of one name that are told together, because no single one of them was news. */
export interface CallTotal {
  name: string;
  /** When the first began and the last ended, ms epoch. */
  from: number;
  to: number;
  calls: number;
  failed: number;
  retryCount: number;
  totalMs: number;
  longestMs: number;
}

/** Calls that changed nothing, added up (MCP_CALL with `metadata.calls`). `at` in ms epoch. */
export function callTotalRecord(
  subject: AuditSubject,
  at: number,
  total: CallTotal,
): AuditRecord {
  const { name, from, to, calls, failed, retryCount, totalMs, longestMs } =
    total;
  const averageMs = Math.round(totalMs / calls);
  return auditRecord(subject, at, {
    level: failed > 0 ? 'WARN' : 'INFO',
    actionType: 'MCP_CALL',
    reasoning: `${name} was called ${times(
      calls,
    )} and nothing was new: ${averageMs} ms on average, ${Math.round(
      longestMs,
    )} ms at most${failed > 0 ? `; ${failed} failed` : ''}.`,
    mcpCall: {
      name,
      parameters: { from, to },
      result: failed > 0 ? 'failure' : 'success',
      response: { averageMs, longestMs: Math.round(longestMs), failed },
      durationMs: Math.max(0, totalMs),
      retryCount,
    },
    metadata: { calls },
  });
}

/** A move of the state machine (FSM_TRANSITION). `at` in ms epoch. */
export function transitionRecord(
  subject: AuditSubject,
  at: number,
  move: {
    before: RollbackStateName;
    after: RollbackStateName;
    because: string;
  },
  metadata: Record<string, unknown> = {},
): AuditRecord {
  return auditRecord(subject, at, {
    level: move.after === 'Abort' ? 'WARN' : 'INFO',
    actionType: 'FSM_TRANSITION',
    reasoning: sentence(move.because),
    fsmState: { before: move.before, after: move.after },
    metadata,
  });
}

/** An evaluation of the eight invariants and the guards (INVARIANT_CHECK), with every verdict's own words. */
export function invariantRecord(
  subject: AuditSubject,
  { evaluatedAt, headSha, invariants, guards }: VerdictSet,
): AuditRecord {
  const verdicts = [...invariants, ...guards];
  const open = verdicts.filter(verdict => verdict.result !== 'holds');
  const broken = open.some(verdict => verdict.result === 'broken');
  return auditRecord(subject, evaluatedAt, {
    level: broken ? 'WARN' : 'INFO',
    actionType: 'INVARIANT_CHECK',
    reasoning:
      open.length === 0
        ? `All ${invariants.length} invariants hold and no guard holds back.`
        : open
            .map(({ id, result, because }) =>
              sentence(`${id} is ${result}: ${because}`),
            )
            .join(' '),
    invariantsChecked: verdicts.map(({ id, result, because }) => ({
      id,
      result,
      because,
    })),
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
    reasoning: sentence(told.because),
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
    reasoning: sentence(because),
    metadata: {},
  });
}

/**
 * What a person told the operator, or tried to (HUMAN_COMMAND). A refused
 * attempt has level WARN and the code of the refusal in `metadata.refused`.
 */
export function humanCommandRecord(
  subject: AuditSubject,
  at: number,
  told: {
    /** Entity ref of the person, or `github:<login>` where the catalog knows none. */
    actor: string;
    /** Absent: it was not understood. */
    command: HumanCommandName | 'PAUSE' | 'RESUME' | undefined;
    /** Where it was said. */
    door: CommandSource;
    because: string;
    /** Code of the refusal; absent: it was recorded. */
    refused?: string;
    metadata?: Record<string, unknown>;
  },
): AuditRecord {
  const { actor, command, door, refused } = told;
  return auditRecord(subject, at, {
    level: refused === undefined ? 'INFO' : 'WARN',
    actionType: 'HUMAN_COMMAND',
    actor,
    reasoning: sentence(told.because),
    metadata: { command, door, refused, ...told.metadata },
  });
}
