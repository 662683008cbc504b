import { ENVIRONMENTS } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { CounterSeries } from './counterSeries';
import {
  CounterName,
  COUNTERS,
  GAUGES,
  HistogramName,
  HISTOGRAMS,
  Labels,
  METRICS,
  MetricDefinition,
  MetricName,
} from './definitions';
import { Reading } from './readings';

/** What Prometheus scrapes, in a registry of its own: nothing else of the process is in it. */
export class PrometheusRegistry {
  readonly #registry = new Registry();
  readonly #series = new Map<CounterName, CounterSeries>();
  readonly #counters = new Map<CounterName, Counter>();
  readonly #histograms = new Map<HistogramName, Histogram>();
  readonly #gauges = new Map<MetricName, Gauge>();

  /** @param holdMs - how long a new counter series is told as 0 */
  constructor(holdMs: number) {
    for (const name of COUNTERS) {
      const { labels } = METRICS[name];
      this.#series.set(name, new CounterSeries({ labels, holdMs }));
      this.#counters.set(name, new Counter(this.#options(name)));
    }
    for (const name of HISTOGRAMS) {
      const { buckets, labels } = METRICS[name];
      const histogram = new Histogram({
        ...this.#options(name),
        buckets: [...buckets],
      });
      if (labels.every(label => label === 'environment')) {
        // The first rollback that recovers is to be seen by `rate()`, too.
        ENVIRONMENTS.forEach(environment => histogram.zero({ environment }));
      }
      this.#histograms.set(name, histogram);
    }
    for (const name of GAUGES) {
      this.#gauges.set(name, new Gauge(this.#options(name)));
    }
  }

  #options(name: MetricName) {
    const { help, labels }: MetricDefinition = METRICS[name];
    return { name, help, labelNames: [...labels], registers: [this.#registry] };
  }

  /** Counts one, at `now` (ms epoch); answers the labels it was counted under. */
  count(name: CounterName, labels: Labels, now: number): Labels {
    return this.#series.get(name)?.inc(labels, now) ?? labels;
  }

  measure(name: HistogramName, labels: Labels, seconds: number): void {
    this.#histograms.get(name)?.observe(labels, seconds);
  }

  /** The text of one scrape at `now` (ms epoch). */
  async exposition(
    gauges: readonly Reading[],
    now: number,
  ): Promise<{ contentType: string; body: string }> {
    // All of it is written down before the first `await`: two scrapes at the
    // same time read the same figures, never half of each other's.
    for (const [name, counter] of this.#counters) {
      counter.reset();
      for (const { labels, value } of this.#series.get(name)?.tell(now) ?? []) {
        counter.inc(labels, value);
      }
    }
    for (const [name, gauge] of this.#gauges) {
      gauge.reset();
      if (METRICS[name].labels.length === 0) {
        // Reset leaves a 0 behind where there are no labels, and 0 says something.
        gauge.remove();
      }
    }
    for (const { name, labels, value } of gauges) {
      this.#gauges.get(name)?.set(labels, value);
    }
    return {
      contentType: this.#registry.contentType,
      body: await this.#registry.metrics(),
    };
  }
}
