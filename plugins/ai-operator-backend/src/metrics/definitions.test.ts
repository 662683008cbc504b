import { T0 } from '../persistence/__testUtils__/fixtures';
import { oneOfEverything, STATE } from './__testUtils__/oneOfEverything';
import { MetricDefinition, METRICS } from './definitions';
import { createOperatorMetrics } from './operatorMetrics';

/**
 * The names and labels others rely on, written out (SPEC §11): dashboards, rules
 * and recordings outside this repository have them too, so that changing one of
 * them here breaks them there.
 */
const AGREED: ReadonlyArray<
  [name: string, type: MetricDefinition['type'], ...labels: string[]]
> = [
  [
    'ai_operator_degradations_detected_total',
    'counter',
    'app_name',
    'environment',
  ],
  [
    'ai_operator_rollbacks_proposed_total',
    'counter',
    'app_name',
    'environment',
    'success',
  ],
  [
    'ai_operator_rollbacks_merged_total',
    'counter',
    'app_name',
    'environment',
    'auto_merged',
  ],
  [
    'ai_operator_rollbacks_aborted_total',
    'counter',
    'app_name',
    'environment',
    'reason',
  ],
  ['ai_operator_invariant_violations_total', 'counter', 'invariant_id'],
  ['ai_operator_mcp_call_errors_total', 'counter', 'call_name', 'error_code'],
  ['ai_operator_fsm_state', 'gauge', 'app_name', 'state'],
  ['ai_operator_active_rollbacks', 'gauge', 'environment'],
  ['ai_operator_github_budget_remaining', 'gauge', 'host', 'resource'],
  ['ai_operator_github_budget_limit', 'gauge', 'host', 'resource'],
  ['ai_operator_audit_backlog', 'gauge', 'sink'],
  ['ai_operator_last_tick_age_seconds', 'gauge', 'argocd_instance'],
  ['ai_operator_mean_time_to_recovery_seconds', 'histogram', 'environment'],
  [
    'ai_operator_candidate_resolution_duration_seconds',
    'histogram',
    'environment',
  ],
  ['ai_operator_mcp_call_duration_seconds', 'histogram', 'call_name'],
  [
    'ai_operator_tick_duration_seconds',
    'histogram',
    'argocd_instance',
    'result',
  ],
];

const RECOVERY_BUCKETS = [30, 60, 120, 180, 300, 420, 600, 900, 1200];

/** Each series of a metric, as its labels with their values. */
function seriesIn(body: string, name: string): Array<Record<string, string>> {
  return body
    .split('\n')
    .filter(line => line.startsWith(`${name}{`))
    .map(line =>
      Object.fromEntries(
        [...line.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, value]) => [
          label,
          value,
        ]),
      ),
    );
}

describe('the names and labels that were agreed on', () => {
  const definitions: Record<string, MetricDefinition> = METRICS;
  let body: string;

  beforeAll(async () => {
    const metrics = createOperatorMetrics({
      clock: { now: () => T0 },
      readState: async () => STATE,
    });
    oneOfEverything(metrics);
    ({ body } = await metrics.exposition());
  });

  it.each(AGREED)('%s is defined', (name, type, ...labels) => {
    expect(definitions[name]).toMatchObject({ type, labels });
  });

  it.each(AGREED)('%s is what Prometheus reads', (name, type, ...labels) => {
    expect(body.split('\n')).toContain(`# TYPE ${name} ${type}`);
    const isHistogram = type === 'histogram';
    const series = seriesIn(body, isHistogram ? `${name}_bucket` : name);
    expect(series.length).toBeGreaterThan(0);
    for (const found of series) {
      expect(Object.keys(found).sort()).toEqual(
        [...labels, ...(isHistogram ? ['le'] : [])].sort(),
      );
    }
  });

  it('a recovery is measured from 30 s to 20 minutes', () => {
    expect(METRICS.ai_operator_mean_time_to_recovery_seconds.buckets).toEqual(
      RECOVERY_BUCKETS,
    );
    const bounds = seriesIn(
      body,
      'ai_operator_mean_time_to_recovery_seconds_bucket',
    )
      .filter(({ environment }) => environment === 'staging')
      .map(({ le }) => le);
    expect(bounds).toEqual([...RECOVERY_BUCKETS.map(String), '+Inf']);
  });
});
