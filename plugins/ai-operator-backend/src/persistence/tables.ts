/*
 * Rows as the drivers give them. PostgreSQL returns bigint as text and SQLite
 * booleans as 0 and 1, so neither is used without conversion (rows.ts).
 */

export type BigintColumn = number | string;
export type BooleanColumn = boolean | number;

export interface LeaseColumns {
  lease_holder: string | null;
  lease_until: BigintColumn | null;
  ticket: BigintColumn;
}

export interface InstanceRow extends LeaseColumns {
  name: string;
  consecutive_failures: number;
  last_tick_at: BigintColumn | null;
  last_ok_at: BigintColumn | null;
  problem: string | null;
}

export interface ApplicationRow {
  instance: string;
  namespace: string;
  name: string;
  project: string;
  environment: string;
  health: string;
  health_rank: number;
  health_since: BigintColumn;
  checked_at: BigintColumn;
  labels: string;
  search_text: string;
  record: string;
}

export interface RollbackRow extends LeaseColumns {
  correlation_id: string;
  instance: string;
  namespace: string;
  name: string;
  environment: string;
  current_revision: string;
  opened_at: BigintColumn;
  version: number;
  steering: number;
  state: string;
  state_since: BigintColumn;
  confirmed_at: BigintColumn | null;
  active_at: BigintColumn | null;
  ended_at: BigintColumn | null;
  outcome: string | null;
  abort_reason: string | null;
  needs_human: BooleanColumn;
  state_body: string;
  candidates: string | null;
  verdicts: string | null;
  ci: string | null;
  escalation: string | null;
  escalation_issue_url: string | null;
  pull_repository: string | null;
  pull_number: number | null;
  pull_head_sha: string | null;
  wake_at: BigintColumn | null;
  woken: BooleanColumn;
}

export interface TransitionRow {
  id: BigintColumn;
  correlation_id: string;
  version: number;
  at: BigintColumn;
  from_state: string;
  to_state: string;
  because: string;
}

export interface OutboxRow extends LeaseColumns {
  id: BigintColumn;
  correlation_id: string;
  key: string;
  kind: string;
  lane: string;
  effect: string;
  created_at: BigintColumn;
  attempt: number;
  available_at: BigintColumn;
  last_problem: string | null;
  outcome: string | null;
  finished_at: BigintColumn | null;
}

export interface CommandRow {
  seq: BigintColumn;
  id: string;
  correlation_id: string;
  command: string | null;
  source: string;
  person: string;
  reason: string | null;
  at: BigintColumn;
  head_sha: string | null;
  result: string;
  because: string | null;
  handled_at: BigintColumn | null;
  comment_repository: string | null;
  comment_issue: number | null;
  comment_id: BigintColumn | null;
  comment_at: BigintColumn | null;
}

export interface EscalationIssueRow extends LeaseColumns {
  correlation_id: string;
  repository: string;
  number: number;
  url: string;
  opened_at: BigintColumn;
  poll_at: BigintColumn | null;
  woken: BooleanColumn;
  closed_at: BigintColumn | null;
  watch_until: BigintColumn | null;
}

export interface PauseRow {
  id: string;
  instance: string | null;
  namespace: string | null;
  name: string | null;
  reason: string;
  by: string;
  at: BigintColumn;
  until: BigintColumn | null;
  ended_at: BigintColumn | null;
  ended_by: string | null;
  ended_because: string | null;
}

export interface AuditRow {
  seq: BigintColumn;
  at: BigintColumn;
  correlation_id: string | null;
  level: string;
  action_type: string;
  record: string;
  prev_hash: string;
  hash: string;
}

export interface AuditHeadRow {
  id: number;
  seq: BigintColumn;
  hash: string;
}

export interface AuditAnchorRow {
  seq: BigintColumn;
  hash: string;
  at: BigintColumn;
  made_at: BigintColumn;
}

export interface AuditCheckRow extends LeaseColumns {
  name: string;
  due_at: BigintColumn;
  unfinished: string | null;
  latest: string | null;
}

export interface AuditSinkRow extends LeaseColumns {
  name: string;
  kind: string;
  registered_at: BigintColumn;
  shipped_seq: BigintColumn;
  shipped_at: BigintColumn | null;
  failures: number;
  failing_since: BigintColumn | null;
  /** When people were told that it fails. */
  told_at: BigintColumn | null;
  problem: string | null;
  next_try_at: BigintColumn | null;
}

export interface AuditSetAsideRow {
  sink: string;
  seq: BigintColumn;
  at: BigintColumn;
  tried_at: BigintColumn;
  because: string;
}
