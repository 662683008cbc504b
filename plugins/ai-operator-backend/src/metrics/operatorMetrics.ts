import {
  Environment,
  ENVIRONMENTS,
  RollbackStateName,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { Clock, EngineMetrics, PortErrorCode } from '../ports';
import { LastCall, SystemCalls } from './systemCalls';

/** What the gauges show, read when they are asked for, so that every replica tells the same. */
export interface OperatorState {
  /** Open rollbacks and those in Abort. */
  holds: ReadonlyArray<{
    key: { name: string };
    environment: Environment;
    state: RollbackStateName;
  }>;
  instances: ReadonlyArray<{ name: string; lastOkAt?: number }>;
}

/**
 * The operator's figures in a registry of their own (SPEC §11). The functions
 * are what engine and adapters call; `exposition` is what Prometheus scrapes.
 */
export interface OperatorMetrics extends EngineMetrics {
  /** One finished call to an outside system, retries included. */
  observe(name: string, durationMs: number, errorCode?: PortErrorCode): void;
  githubBudget(budget: {
    host: string;
    resource: string;
    limit: number;
    remaining: number;
    resetAt: number;
  }): void;
  /** The latest call of each outside system since the start, by system (`github`, `kubernetes`, ...). */
  lastCalls(): ReadonlyMap<string, LastCall>;
  /** Text for `GET /metrics`. */
  exposition(): Promise<{ contentType: string; body: string }>;
}

const SECOND = 1_000;

/** Makes the registry. `readState` may fail: then the gauges it feeds are left out and one of them says so. */
export function createOperatorMetrics(options: {
  clock: Clock;
  readState: () => Promise<OperatorState>;
}): OperatorMetrics {
  const registry = new Registry();
  const registers = [registry];
  const counter = <T extends string>(
    name: string,
    help: string,
    labelNames: T[],
  ) =>
    new Counter({ name: `ai_operator_${name}`, help, labelNames, registers });
  const gauge = <T extends string>(
    name: string,
    help: string,
    labelNames: T[],
  ) => new Gauge({ name: `ai_operator_${name}`, help, labelNames, registers });
  const histogram = <T extends string>(
    name: string,
    help: string,
    labelNames: T[],
    buckets: number[],
  ) =>
    new Histogram({
      name: `ai_operator_${name}`,
      help,
      labelNames,
      buckets,
      registers,
    });

  const degradations = counter(
    'degradations_detected_total',
    'Degradations that began',
    ['app_name', 'environment'],
  );
  const proposed = counter(
    'rollbacks_proposed_total',
    'Rollback pull requests opened (success) or found impossible to open',
    ['app_name', 'environment', 'success'],
  );
  const merged = counter(
    'rollbacks_merged_total',
    'Rollback pull requests merged, by the operator (auto_merged) or by people',
    ['app_name', 'environment', 'auto_merged'],
  );
  const aborted = counter(
    'rollbacks_aborted_total',
    'Rollbacks that ended in Abort',
    ['app_name', 'environment', 'reason'],
  );
  const violations = counter(
    'invariant_violations_total',
    'Invariants found broken',
    ['invariant_id'],
  );
  const callErrors = counter(
    'mcp_call_errors_total',
    'Calls to outside systems that failed after all retries',
    ['call_name', 'error_code'],
  );
  const effects = counter('effects_total', 'Effects carried out, by outcome', [
    'kind',
    'result',
  ]);
  const lateTicks = counter(
    'ticks_late_total',
    'Beats left out because the tick before was still running',
    ['instance'],
  );
  const problems = counter(
    'loop_problems_total',
    'Errors inside the operator that should not happen',
    ['loop'],
  );
  const callDuration = histogram(
    'mcp_call_duration_seconds',
    'Duration of calls to outside systems, retries included',
    ['call_name'],
    [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  );
  const candidateResolution = histogram(
    'candidate_resolution_duration_seconds',
    'From the beginning of the candidate search to the resolved candidate',
    ['environment'],
    [0.5, 1, 2.5, 5, 10, 30, 60, 120],
  );
  const timeToRecovery = histogram(
    'mean_time_to_recovery_seconds',
    'From the first degraded check to confirmed recovery by rollback',
    ['environment'],
    [30, 60, 120, 180, 300, 420, 600, 900, 1200],
  );
  const tickDuration = histogram(
    'tick_duration_seconds',
    'Duration of one look at an Argo CD instance',
    ['instance', 'result'],
    [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30],
  );
  const active = gauge('active_rollbacks', 'Open rollbacks', ['environment']);
  const fsmState = gauge(
    'fsm_state',
    'State of the rollback that holds an application (1); idle applications are left out',
    ['app_name', 'state'],
  );
  const lastTickAge = gauge(
    'last_tick_age_seconds',
    'Time since an Argo CD instance was last read',
    ['instance'],
  );
  const stateReadable = gauge(
    'state_readable',
    'Whether the gauges of state could be read from the database (1) or are left out (0)',
    [],
  );
  const githubRemaining = gauge(
    'github_budget_remaining',
    'Requests left until the GitHub rate limit resets, as GitHub last said',
    ['host', 'resource'],
  );
  const githubLimit = gauge(
    'github_budget_limit',
    'Requests GitHub allows per window',
    ['host', 'resource'],
  );
  const systemCalls = new SystemCalls(options.clock);

  async function refreshGauges(): Promise<void> {
    for (const each of [active, fsmState, lastTickAge]) {
      each.reset();
    }
    let state: OperatorState;
    try {
      state = await options.readState();
    } catch {
      // Whoever reads the figures sees that they are missing; the database's own alarms say why.
      stateReadable.set(0);
      return;
    }
    stateReadable.set(1);
    for (const environment of ENVIRONMENTS) {
      active.set({ environment }, 0);
    }
    for (const { key, environment, state: name } of state.holds) {
      fsmState.set({ app_name: key.name, state: name }, 1);
      if (name !== 'Abort') {
        active.inc({ environment });
      }
    }
    for (const { name, lastOkAt } of state.instances) {
      if (lastOkAt !== undefined) {
        lastTickAge.set(
          { instance: name },
          Math.max(0, options.clock.now() - lastOkAt) / SECOND,
        );
      }
    }
  }

  return {
    tickFinished({ instance, result, durationMs }) {
      tickDuration.observe({ instance, result }, durationMs / SECOND);
    },
    tickLate: instance => lateTicks.inc({ instance }),
    loopProblem: loop => problems.inc({ loop }),
    degradationDetected: (application, environment) =>
      degradations.inc({ app_name: application, environment }),
    moved(before, after) {
      if (after.name === before.state.name) {
        return;
      }
      const { environment } = before;
      const labels = { app_name: before.application.name, environment };
      if (after.name === 'CandidateResolved') {
        const began =
          before.state.name === 'DegradationDetected'
            ? before.state.searchStartedAt ?? before.state.confirmedAt
            : undefined;
        candidateResolution.observe(
          { environment },
          Math.max(0, after.enteredAt - (began ?? after.confirmedAt)) / SECOND,
        );
      } else if (after.name === 'PRCreated') {
        proposed.inc({ ...labels, success: 'true' });
      } else if (after.name === 'RollbackMerged') {
        merged.inc({
          ...labels,
          auto_merged: String(after.mergedBy === 'operator'),
        });
      } else if (after.name === 'RollbackComplete') {
        timeToRecovery.observe(
          { environment },
          Math.max(0, after.recoveredAt - before.openedAt) / SECOND,
        );
      } else if (after.name === 'Abort') {
        aborted.inc({ ...labels, reason: after.reason });
        if (before.state.name === 'CandidateResolved') {
          proposed.inc({ ...labels, success: 'false' });
        }
      }
    },
    effectFinished: ({ kind }, { result }) => effects.inc({ kind, result }),
    invariantBroken: id => violations.inc({ invariant_id: id }),
    observe(name, durationMs, errorCode) {
      callDuration.observe({ call_name: name }, durationMs / SECOND);
      if (errorCode) {
        callErrors.inc({ call_name: name, error_code: errorCode });
      }
      systemCalls.note(name, errorCode);
    },
    githubBudget({ host, resource, limit, remaining }) {
      githubRemaining.set({ host, resource }, remaining);
      githubLimit.set({ host, resource }, limit);
    },
    lastCalls: () => systemCalls.latest(),
    async exposition() {
      await refreshGauges();
      return {
        contentType: registry.contentType,
        body: await registry.metrics(),
      };
    },
  };
}
