import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  MetricData,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';

const NEVER = 24 * 3_600_000;

/**
 * An OpenTelemetry SDK, as an app sets it up; Backstage's metrics service is its
 * meter.
 */
export function openSdk() {
  const exporter = new InMemoryMetricExporter(
    AggregationTemporality.CUMULATIVE,
  );
  const reader = new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: NEVER,
  });
  const provider = new MeterProvider({ readers: [reader] });
  return {
    service: provider.getMeter('backstage-plugin-ai-operator'),
    async collect(): Promise<MetricData[]> {
      exporter.reset();
      await reader.forceFlush();
      return exporter
        .getMetrics()
        .flatMap(({ scopeMetrics }) => scopeMetrics)
        .flatMap(({ metrics }) => metrics);
    },
    close: () => provider.shutdown(),
  };
}
