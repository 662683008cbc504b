import {
  AuditRecord,
  TimelineEntry,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { personWords } from '../../core/commands/personWords';
import { StoredAuditRecord, Transition } from '../../persistence';

const DOORS: Record<string, string> = {
  portal: ' in the portal',
  issue: ' on the escalation issue',
  review: ' on the pull request',
};

/** What was said, by whom and where. The record's own words tell why, and what came of it. */
function commandTitle({ actor, metadata }: AuditRecord): string {
  const { command, door, refused } = metadata;
  const what = typeof command === 'string' ? command : 'A command';
  const where = DOORS[String(door)] ?? '';
  return `${what} by ${personWords({ entityRef: actor })}${where}${
    refused === undefined ? '' : ', refused'
  }`;
}

/** One line that names an audit record. */
export function titleOf(whole: AuditRecord): string {
  const { actionType, mcpCall, ...record } = whole;
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
      return commandTitle(whole);
    case 'ERROR':
      return 'Something went wrong';
    default:
      return record.fsmState
        ? `${record.fsmState.before} → ${record.fsmState.after}`
        : 'Transition';
  }
}

/** Nothing for a transition, nor for what cannot be read: the trail itself shows that. */
function fromAudit({ seq, record }: StoredAuditRecord): TimelineEntry[] {
  if (record === undefined || record.actionType === 'FSM_TRANSITION') {
    return [];
  }
  const entry: TimelineEntry = {
    id: `audit-${seq}`,
    at: record.timestamp,
    kind: record.actionType,
    title: titleOf(record),
    because: record.reasoning,
    durationMs: record.mcpCall && Math.round(record.mcpCall.durationMs),
    retryCount: record.mcpCall?.retryCount,
  };
  return [entry];
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
  return [...audit.flatMap(fromAudit), ...transitions.map(fromTransition)].sort(
    (a, b) => a.at - b.at,
  );
}
