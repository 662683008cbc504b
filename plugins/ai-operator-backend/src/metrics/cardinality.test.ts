import { ESCALATION_REASONS } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Rollback } from '../core/rollback';
import { aRollback, states, T0 } from '../persistence/__testUtils__/fixtures';
import { createOperatorMetrics } from './operatorMetrics';

const APPLICATIONS = Array.from(
  { length: 10_000 },
  (_, index) => `service-${index}`,
);

function seriesIn(body: string): string[] {
  return body.split('\n').filter(line => line && !line.startsWith('#'));
}

describe('10,000 applications', () => {
  const time = { now: T0 };
  const clock = { now: () => time.now };

  it('that are healthy have no series', async () => {
    const metrics = createOperatorMetrics({
      clock,
      readState: async () => ({ holds: [], instances: [{ name: 'main' }] }),
    });
    // What a day without incidents tells, over and over.
    for (let tick = 0; tick < 8_640; tick += 1) {
      metrics.tickFinished({
        instance: 'main',
        result: 'ok',
        durationMs: 300,
        now: T0,
      });
      metrics.observe('argocd.listApplications', 250);
    }
    const { body } = await metrics.exposition();
    expect(body).not.toContain('app_name=');
    expect(seriesIn(body).length).toBeLessThan(100);
  });

  it('that all degrade and abort for every reason there is stay within the limit', async () => {
    const at = states(T0);
    const metrics = createOperatorMetrics({
      clock,
      readState: async () => ({
        holds: APPLICATIONS.map(name => ({
          key: { name },
          environment: 'staging',
          state: 'Abort',
        })),
        instances: [],
      }),
    });
    APPLICATIONS.forEach((name, index) => {
      metrics.degradationDetected(name, 'staging');
      metrics.moved(
        aRollback(name, { state: at.prCreated }) as Rollback,
        {
          ...at.abort,
          reason: ESCALATION_REASONS[index % ESCALATION_REASONS.length],
        },
        T0,
      );
    });
    await metrics.exposition();
    time.now += 60_000;
    const { body } = await metrics.exposition();
    const lines = seriesIn(body);
    const of = (name: string) => lines.filter(line => line.startsWith(name));
    expect(of('ai_operator_degradations_detected_total')).toHaveLength(1_001);
    expect(of('ai_operator_degradations_detected_total')).toContain(
      'ai_operator_degradations_detected_total{app_name="(other)",environment="staging"} 9000',
    );
    expect(of('ai_operator_rollbacks_aborted_total')).toHaveLength(
      1_000 + ESCALATION_REASONS.length,
    );
    expect(of('ai_operator_fsm_state')).toHaveLength(1_001);
    expect(of('ai_operator_fsm_state')).toContain(
      'ai_operator_fsm_state{app_name="(other)",state="Abort"} 9000',
    );
  });
});
