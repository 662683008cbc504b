import { Rollback } from '../core/rollback';
import { EngineMetrics, PortErrorCode } from '../ports';
import { Figures, FiguresOptions } from './figures';
import { GitHubBudget } from './readings';
import { LastCall, SystemCalls } from './systemCalls';

/**
 * The operator's figures (SPEC §11). The functions are what engine and adapters
 * call; `exposition` is what Prometheus scrapes.
 */
export interface OperatorMetrics extends EngineMetrics {
  /** One finished call to an outside system, retries included; `INTERNAL` is a fault of our own. */
  observe(
    name: string,
    durationMs: number,
    errorCode?: PortErrorCode | 'INTERNAL',
  ): void;
  githubBudget(budget: GitHubBudget): void;
  /** The latest call of each outside system since the start, by system (`github`, `kubernetes`, ...). */
  lastCalls(): ReadonlyMap<string, LastCall>;
  /** Text for `GET /metrics`. */
  exposition(): Promise<{ contentType: string; body: string }>;
}

/** Longest interval between scrapes when nobody says otherwise, ms: Prometheus' own default. */
const SCRAPE_INTERVAL_MS = 60_000;

/** Makes the figures; nothing is read before somebody asks. */
export function createOperatorMetrics(
  options: Omit<FiguresOptions, 'scrapeIntervalMs'> &
    Partial<Pick<FiguresOptions, 'scrapeIntervalMs'>>,
): OperatorMetrics {
  const figures = new Figures({
    scrapeIntervalMs: SCRAPE_INTERVAL_MS,
    ...options,
  });
  const systemCalls = new SystemCalls(options.clock);
  return {
    tickFinished: ({ instance, result, durationMs }) =>
      figures.measure(
        'ai_operator_tick_duration_seconds',
        { argocd_instance: instance, result },
        durationMs,
      ),
    tickLate: instance =>
      figures.count('ai_operator_ticks_late_total', {
        argocd_instance: instance,
      }),
    loopProblem: loop =>
      figures.count('ai_operator_loop_problems_total', { loop }),
    degradationDetected: (application, environment) =>
      figures.count('ai_operator_degradations_detected_total', {
        app_name: application,
        environment,
      }),
    moved: (before, after) => countMove(figures, before, after),
    effectFinished: ({ kind }, { result }) =>
      figures.count('ai_operator_effects_total', { kind, result }),
    invariantBroken: id =>
      figures.count('ai_operator_invariant_violations_total', {
        invariant_id: id,
      }),
    observe(name, durationMs, errorCode) {
      figures.measure(
        'ai_operator_mcp_call_duration_seconds',
        { call_name: name },
        durationMs,
      );
      if (errorCode) {
        figures.count('ai_operator_mcp_call_errors_total', {
          call_name: name,
          error_code: errorCode,
        });
      }
      systemCalls.note(name, errorCode);
    },
    githubBudget: budget => figures.budget(budget),
    lastCalls: () => systemCalls.latest(),
    exposition: () => figures.exposition(),
  };
}

/** What a move to another state counts as. */
function countMove(
  figures: Figures,
  before: Rollback,
  after: Rollback['state'],
): void {
  if (after.name === before.state.name) {
    return;
  }
  const { environment } = before;
  const labels = { app_name: before.application.name, environment };
  switch (after.name) {
    case 'CandidateResolved': {
      const began =
        before.state.name === 'DegradationDetected'
          ? before.state.searchStartedAt ?? before.state.confirmedAt
          : undefined;
      figures.measure(
        'ai_operator_candidate_resolution_duration_seconds',
        { environment },
        after.enteredAt - (began ?? after.confirmedAt),
      );
      break;
    }
    case 'PRCreated':
      figures.count('ai_operator_rollbacks_proposed_total', {
        ...labels,
        success: 'true',
      });
      break;
    case 'RollbackMerged':
      figures.count('ai_operator_rollbacks_merged_total', {
        ...labels,
        auto_merged: String(after.mergedBy === 'operator'),
      });
      break;
    case 'RollbackComplete':
      figures.measure(
        'ai_operator_mean_time_to_recovery_seconds',
        { environment },
        after.recoveredAt - before.openedAt,
      );
      break;
    case 'Abort':
      figures.count('ai_operator_rollbacks_aborted_total', {
        ...labels,
        reason: after.reason,
      });
      if (before.state.name === 'CandidateResolved') {
        figures.count('ai_operator_rollbacks_proposed_total', {
          ...labels,
          success: 'false',
        });
      }
      break;
    default:
  }
}
