import type {
  MetricsService,
  MetricsServiceCounter,
  MetricsServiceHistogram,
} from '@backstage/backend-plugin-api/alpha';
import {
  CounterName,
  COUNTERS,
  GAUGES,
  HistogramName,
  HISTOGRAMS,
  Labels,
  MetricDefinition,
  MetricName,
  METRICS,
} from './definitions';
import { Reading } from './readings';

/** The part of Backstage's metrics service that is used. */
export type BackstageMetrics = Pick<
  MetricsService,
  'createCounter' | 'createHistogram' | 'createObservableGauge'
>;

function optionsOf(name: MetricName) {
  const { help, buckets }: MetricDefinition = METRICS[name];
  return {
    description: help,
    // No other unit is given: exporters make suffixes of them, and the names are these.
    ...(name.endsWith('_seconds') ? { unit: 's' } : {}),
    ...(buckets ? { advice: { explicitBucketBoundaries: [...buckets] } } : {}),
  };
}

/**
 * The same figures for Backstage's metrics service, which hands them to whatever
 * OpenTelemetry SDK the app has; without one it costs next to nothing.
 */
export class BackstageFeed {
  readonly #counters: Map<CounterName, MetricsServiceCounter>;
  readonly #histograms: Map<HistogramName, MetricsServiceHistogram>;

  /** @param readGauges - asked whenever the SDK collects */
  constructor(
    service: BackstageMetrics,
    readGauges: () => Promise<readonly Reading[]>,
  ) {
    this.#counters = new Map(
      COUNTERS.map(name => [
        name,
        service.createCounter(name, optionsOf(name)),
      ]),
    );
    this.#histograms = new Map(
      HISTOGRAMS.map(name => [
        name,
        service.createHistogram(name, optionsOf(name)),
      ]),
    );
    for (const name of GAUGES) {
      service
        .createObservableGauge(name, optionsOf(name))
        .addCallback(async result => {
          for (const reading of await readGauges()) {
            if (reading.name === name) {
              result.observe(reading.value, reading.labels);
            }
          }
        });
    }
  }

  count(name: CounterName, labels: Labels): void {
    this.#counters.get(name)?.add(1, labels);
  }

  measure(name: HistogramName, labels: Labels, seconds: number): void {
    this.#histograms.get(name)?.record(seconds, labels);
  }
}
