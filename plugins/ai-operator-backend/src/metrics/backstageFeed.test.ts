import { DataPointType, MetricData } from '@opentelemetry/sdk-metrics';
import { T0 } from '../persistence/__testUtils__/fixtures';
import { oneOfEverything, STATE } from './__testUtils__/oneOfEverything';
import { openSdk } from './__testUtils__/openSdk';
import { COUNTERS, GAUGES, HISTOGRAMS, METRICS } from './definitions';
import { createOperatorMetrics } from './operatorMetrics';

describe("Backstage's metrics service", () => {
  const sdk = openSdk();
  const readState = jest.fn(async () => STATE);
  const metrics = createOperatorMetrics({
    clock: { now: () => T0 },
    readState,
    service: sdk.service,
  });
  let collected: MetricData[];

  beforeAll(async () => {
    oneOfEverything(metrics);
    collected = await sdk.collect();
  });
  afterAll(() => sdk.close());

  const pointsOf = (name: string) =>
    collected.find(({ descriptor }) => descriptor.name === name)?.dataPoints ??
    [];

  it('gets everything under the same names, with the same labels', () => {
    expect(collected.map(({ descriptor }) => descriptor.name).sort()).toEqual(
      Object.keys(METRICS).sort(),
    );
    for (const { descriptor, dataPoints } of collected) {
      const { labels, help } = METRICS[descriptor.name as keyof typeof METRICS];
      expect(descriptor.description).toBe(help);
      expect(dataPoints.length).toBeGreaterThan(0);
      for (const { attributes } of dataPoints) {
        expect(Object.keys(attributes).sort()).toEqual([...labels].sort());
      }
    }
  });

  it('gets each in its own kind', () => {
    const kindOf = (name: string) =>
      collected.find(({ descriptor }) => descriptor.name === name)
        ?.dataPointType;
    for (const name of COUNTERS) {
      expect(kindOf(name)).toBe(DataPointType.SUM);
    }
    for (const name of HISTOGRAMS) {
      expect(kindOf(name)).toBe(DataPointType.HISTOGRAM);
    }
    for (const name of GAUGES) {
      expect(kindOf(name)).toBe(DataPointType.GAUGE);
    }
  });

  it('gets the figures', () => {
    expect(pointsOf('ai_operator_rollbacks_aborted_total')).toMatchObject([
      {
        value: 1,
        attributes: {
          app_name: 'payment-service',
          environment: 'staging',
          reason: 'CI_FAILURE',
        },
      },
    ]);
    expect(pointsOf('ai_operator_mean_time_to_recovery_seconds')).toMatchObject(
      [
        {
          value: {
            sum: 390,
            count: 1,
            buckets: {
              boundaries: [30, 60, 120, 180, 300, 420, 600, 900, 1200],
            },
          },
        },
      ],
    );
    expect(pointsOf('ai_operator_active_rollbacks')).toMatchObject([
      { value: 1, attributes: { environment: 'staging' } },
      { value: 0, attributes: { environment: 'production' } },
    ]);
    expect(pointsOf('ai_operator_audit_backlog')).toMatchObject([
      { value: 3, attributes: { sink: 'elasticsearch' } },
    ]);
  });

  it('costs one read of the state for each collection', () => {
    expect(readState).toHaveBeenCalledTimes(1);
  });
});

describe('without an SDK or a service', () => {
  it('everything is counted all the same', async () => {
    const metrics = createOperatorMetrics({
      clock: { now: () => T0 },
      readState: async () => STATE,
    });
    oneOfEverything(metrics);
    const { body } = await metrics.exposition();
    for (const name of Object.keys(METRICS)) {
      expect(body).toMatch(new RegExp(`^${name}(_count)?[ {]`, 'm'));
    }
  });
});
