import {
  AuditStatus,
  Environment,
  ENVIRONMENTS,
  RollbackStateName,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { GaugeName, Labels, LabelsOf, OTHER_APPLICATIONS } from './definitions';

/** What the gauges show, read when they are asked for, so that every replica tells the same. Times in ms epoch. */
export interface OperatorState {
  /** Open rollbacks and those in Abort. */
  holds: ReadonlyArray<{
    key: { name: string };
    environment: Environment;
    state: RollbackStateName;
  }>;
  instances: ReadonlyArray<{ name: string; lastOkAt?: number }>;
  /** Where the audit trail is shipped to; absent where it stays in the database. */
  sinks?: ReadonlyArray<{
    kind: string;
    backlog: number;
    waitingSince?: number;
    setAside: number;
  }>;
  /** What the operator's own latest look at the chain showed. */
  chain?: Pick<AuditStatus['chain'], 'result' | 'checkedAt'>;
}

/** What GitHub last said of one request budget. */
export interface GitHubBudget {
  host: string;
  resource: string;
  limit: number;
  remaining: number;
  /** Ms epoch. */
  resetAt: number;
}

/** Value of one series of a gauge. */
export interface Reading {
  name: GaugeName;
  labels: Labels;
  value: number;
}

const SECOND = 1_000;

/** Applications with a series of their own in `ai_operator_fsm_state`; the rest is one per state. */
const MAX_APPLICATIONS = 1_000;

/** Budgets of GitHub that are told; there are about ten kinds for each host. */
const MAX_BUDGETS = 100;

function reading<Name extends GaugeName>(
  name: Name,
  labels: LabelsOf<Name>,
  value: number,
): Reading {
  return { name, labels, value };
}

/**
 * Every gauge, as of `now`. Without a state, because it could not be read, what
 * rests on it is left out and one gauge says so.
 */
export function readings(options: {
  now: number;
  /** When this process began, for what it has never seen. */
  startedAt: number;
  state: OperatorState | undefined;
  budgets: Iterable<GitHubBudget>;
}): Reading[] {
  const { now, state, startedAt, budgets } = options;
  const age = (at: number) => Math.max(0, now - at) / SECOND;
  return [
    reading('ai_operator_state_readable', {}, state ? 1 : 0),
    ...(state ? ofRollbacks(state) : []),
    ...(state?.instances ?? []).map(({ name, lastOkAt = startedAt }) =>
      reading(
        'ai_operator_last_tick_age_seconds',
        { argocd_instance: name },
        age(lastOkAt),
      ),
    ),
    ...(state?.sinks ?? []).flatMap(sink => ofSink(sink, age)),
    ...(state?.chain ? ofChain(startedAt, state.chain, age) : []),
    ...ofBudgets(budgets, now),
  ];
}

function ofRollbacks({ holds }: OperatorState): Reading[] {
  const active = new Map<Environment, number>(
    ENVIRONMENTS.map(environment => [environment, 0]),
  );
  const applications = new Set<string>();
  const byState = new Map<string, Reading>();
  for (const { key, environment, state } of holds) {
    if (state !== 'Abort') {
      active.set(environment, (active.get(environment) ?? 0) + 1);
    }
    const known =
      applications.has(key.name) || applications.size < MAX_APPLICATIONS;
    if (known) {
      applications.add(key.name);
    }
    const app_name = known ? key.name : OTHER_APPLICATIONS;
    const series = `${state} ${app_name}`;
    const before = byState.get(series)?.value ?? 0;
    byState.set(
      series,
      reading('ai_operator_fsm_state', { app_name, state }, before + 1),
    );
  }
  return [
    ...[...active].map(([environment, count]) =>
      reading('ai_operator_active_rollbacks', { environment }, count),
    ),
    ...byState.values(),
  ];
}

function ofSink(
  sink: NonNullable<OperatorState['sinks']>[number],
  age: (at: number) => number,
): Reading[] {
  const labels = { sink: sink.kind };
  return [
    reading('ai_operator_audit_backlog', labels, sink.backlog),
    reading(
      'ai_operator_audit_oldest_waiting_seconds',
      labels,
      sink.waitingSince === undefined ? 0 : age(sink.waitingSince),
    ),
    reading('ai_operator_audit_set_aside', labels, sink.setAside),
  ];
}

function ofChain(
  startedAt: number,
  { result, checkedAt = startedAt }: NonNullable<OperatorState['chain']>,
  age: (at: number) => number,
): Reading[] {
  return [
    // Not looked at is not intact, and not broken either: nothing is told.
    ...(result === 'unknown'
      ? []
      : [
          reading(
            'ai_operator_audit_chain_intact',
            {},
            result === 'intact' ? 1 : 0,
          ),
        ]),
    reading('ai_operator_audit_check_age_seconds', {}, age(checkedAt)),
  ];
}

function ofBudgets(budgets: Iterable<GitHubBudget>, now: number): Reading[] {
  return [...budgets]
    .slice(0, MAX_BUDGETS)
    .flatMap(({ host, resource, limit, remaining, resetAt }) => [
      reading(
        'ai_operator_github_budget_remaining',
        { host, resource },
        // GitHub is asked when there is something to do: the figure of a window
        // that is over would stay for hours, and alarm people for nothing.
        now >= resetAt ? limit : remaining,
      ),
      reading('ai_operator_github_budget_limit', { host, resource }, limit),
    ]);
}
