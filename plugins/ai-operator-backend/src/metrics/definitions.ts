/** What a metric is, wherever it is read: for Prometheus, and for Backstage's metrics service. */
export interface MetricDefinition {
  type: 'counter' | 'gauge' | 'histogram';
  help: string;
  labels: readonly string[];
  /** Of a histogram: upper bounds, in seconds. */
  buckets?: readonly number[];
}

const APPLICATION = ['app_name', 'environment'] as const;

/**
 * Every figure of the operator (SPEC §11). Values of labels come from closed
 * sets or from the configuration, but for `app_name`, which has a limit of its
 * own (see `CounterSeries` and `readings`). `docs/observability.md` has the same
 * table for people; a test holds the two together.
 */
export const METRICS = {
  ai_operator_degradations_detected_total: {
    type: 'counter',
    help: 'Degradations that began',
    labels: APPLICATION,
  },
  ai_operator_rollbacks_proposed_total: {
    type: 'counter',
    help: 'Rollback pull requests opened (success) or found impossible to open',
    labels: [...APPLICATION, 'success'],
  },
  ai_operator_rollbacks_merged_total: {
    type: 'counter',
    help: 'Rollback pull requests merged, by the operator (auto_merged) or by people',
    labels: [...APPLICATION, 'auto_merged'],
  },
  ai_operator_rollbacks_aborted_total: {
    type: 'counter',
    help: 'Rollbacks that ended in Abort',
    labels: [...APPLICATION, 'reason'],
  },
  ai_operator_invariant_violations_total: {
    type: 'counter',
    help: 'Invariants found broken',
    labels: ['invariant_id'],
  },
  ai_operator_mcp_call_errors_total: {
    type: 'counter',
    help: 'Calls to outside systems that failed after all retries',
    labels: ['call_name', 'error_code'],
  },
  ai_operator_effects_total: {
    type: 'counter',
    help: 'Effects carried out, by outcome',
    labels: ['kind', 'result'],
  },
  ai_operator_ticks_late_total: {
    type: 'counter',
    help: 'Looks at an Argo CD instance left out because the one before was still under way',
    labels: ['argocd_instance'],
  },
  ai_operator_loop_problems_total: {
    type: 'counter',
    help: 'Errors inside the operator that should not happen',
    labels: ['loop'],
  },
  ai_operator_mean_time_to_recovery_seconds: {
    type: 'histogram',
    help: 'From the first degraded check to confirmed recovery by rollback',
    labels: ['environment'],
    buckets: [30, 60, 120, 180, 300, 420, 600, 900, 1200],
  },
  ai_operator_candidate_resolution_duration_seconds: {
    type: 'histogram',
    help: 'From the beginning of the candidate search to the resolved candidate',
    labels: ['environment'],
    buckets: [0.5, 1, 2.5, 5, 10, 30, 60, 120],
  },
  ai_operator_mcp_call_duration_seconds: {
    type: 'histogram',
    help: 'Duration of calls to outside systems, retries included',
    labels: ['call_name'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  },
  ai_operator_tick_duration_seconds: {
    type: 'histogram',
    help: 'Duration of one look at an Argo CD instance',
    // Not `instance`: that is what Prometheus calls whom it scraped.
    labels: ['argocd_instance', 'result'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30],
  },
  ai_operator_active_rollbacks: {
    type: 'gauge',
    help: 'Open rollbacks',
    labels: ['environment'],
  },
  ai_operator_fsm_state: {
    type: 'gauge',
    help: 'Rollbacks that hold an application of this name, by state; idle applications are left out',
    labels: ['app_name', 'state'],
  },
  ai_operator_last_tick_age_seconds: {
    type: 'gauge',
    help: 'Time since an Argo CD instance was last read, or since the start where it never was',
    labels: ['argocd_instance'],
  },
  ai_operator_github_budget_remaining: {
    type: 'gauge',
    help: 'Requests left until the GitHub rate limit resets, as GitHub last said',
    labels: ['host', 'resource'],
  },
  ai_operator_github_budget_limit: {
    type: 'gauge',
    help: 'Requests GitHub allows per window',
    labels: ['host', 'resource'],
  },
  ai_operator_audit_backlog: {
    type: 'gauge',
    help: 'Audit records that wait to be shipped',
    labels: ['sink'],
  },
  ai_operator_audit_oldest_waiting_seconds: {
    type: 'gauge',
    help: 'How long the oldest waiting audit record has waited; 0 when none waits',
    labels: ['sink'],
  },
  ai_operator_audit_set_aside: {
    type: 'gauge',
    help: 'Audit records that the sink refuses for good; they are kept in the database',
    labels: ['sink'],
  },
  ai_operator_audit_chain_intact: {
    type: 'gauge',
    help: 'Whether the latest look at the hash chain found it intact (1) or broken (0)',
    labels: [],
  },
  ai_operator_audit_check_age_seconds: {
    type: 'gauge',
    help: 'Time since the hash chain was last looked at',
    labels: [],
  },
  ai_operator_state_readable: {
    type: 'gauge',
    help: 'Whether the gauges of state could be read from the database (1) or are left out (0)',
    labels: [],
  },
} as const satisfies Record<string, MetricDefinition>;

export type MetricName = keyof typeof METRICS;

type NamesOf<T extends MetricDefinition['type']> = {
  [Name in MetricName]: (typeof METRICS)[Name]['type'] extends T ? Name : never;
}[MetricName];

export type CounterName = NamesOf<'counter'>;
export type HistogramName = NamesOf<'histogram'>;
export type GaugeName = NamesOf<'gauge'>;

/** Exactly the labels of a metric, each with its value. */
export type LabelsOf<Name extends MetricName> = Record<
  (typeof METRICS)[Name]['labels'][number],
  string
>;

/** Labels of any metric. */
export type Labels = Record<string, string>;

function namesOf<T extends MetricDefinition['type']>(type: T): NamesOf<T>[] {
  return Object.entries(METRICS)
    .filter(([, definition]) => definition.type === type)
    .map(([name]) => name as NamesOf<T>);
}

export const COUNTERS = namesOf('counter');
export const HISTOGRAMS = namesOf('histogram');
export const GAUGES = namesOf('gauge');

/** Stands for the applications beyond a limit. Not a name Kubernetes would take, so no application is called so. */
export const OTHER_APPLICATIONS = '(other)';
