import {
  AuditRecord,
  TimelineEntry,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { StoredAuditRecord, Transition } from '../../persistence';

function titleOf({ actionType, mcpCall, ...record }: AuditRecord): string {
  switch (actionType) {
    case 'MCP_CALL':
      return mcpCall
        ? `${mcpCall.name}${mcpCall.result === 'failure' ? ' failed' : ''}`
        : 'Call to an outside system';
    case 'INVARIANT_CHECK': {
      const checked = record.invariantsChecked ?? [];
      const holding = checked.filter(({ result }) => result === 'holds').length;
      return `Safety rules: ${holding} of ${checked.length} hold`;
    }
    case 'ESCALATION':
      return 'A person was asked for';
    case 'HUMAN_COMMAND':
      return `Command by ${record.actor}`;
    case 'ERROR':
      return 'Something went wrong';
    default:
      return record.fsmState
        ? `${record.fsmState.before} → ${record.fsmState.after}`
        : 'Transition';
  }
}

function fromAudit({ seq, record }: StoredAuditRecord): TimelineEntry {
  return {
    id: `audit-${seq}`,
    at: record.timestamp,
    kind: record.actionType,
    title: titleOf(record),
    because: record.reasoning,
    durationMs: record.mcpCall && Math.round(record.mcpCall.durationMs),
    retryCount: record.mcpCall?.retryCount,
  };
}

function fromTransition({
  version,
  at,
  from,
  to,
  because,
}: Transition): TimelineEntry {
  return {
    id: `transition-${version}`,
    at,
    kind: 'FSM_TRANSITION',
    title: `${from} → ${to}`,
    because,
    from,
    to,
  };
}

/**
 * What happened, in order: transitions from their own table, which is complete,
 * and the rest from the audit trail. What explains a transition comes before it.
 */
export function viewTimeline(
  transitions: readonly Transition[],
  audit: readonly StoredAuditRecord[],
): TimelineEntry[] {
  return [
    ...audit
      .filter(({ record }) => record.actionType !== 'FSM_TRANSITION')
      .map(fromAudit),
    ...transitions.map(fromTransition),
  ].sort((a, b) => a.at - b.at);
}
