import { createExtensionPoint } from '@backstage/backend-plugin-api';

/** What is asked of a metrics source. @public */
export interface UptimeRequest {
  /** Name of the Argo CD Application. */
  application: string;
  /** `staging` or `production`. */
  environment: string;
  /** Full commit SHA. */
  revision: string;
  /** End of the window, epoch milliseconds. */
  at: number;
  /** Length of the window, milliseconds. */
  windowMs: number;
}

/**
 * Where the operator learns how well an older revision ran (invariant I5).
 * Replaces the built-in Prometheus query.
 * @public
 */
export interface MetricsSource {
  /** Shown with the figures, such as `Datadog`. */
  readonly name: string;
  /**
   * Share of the window, 0..1, in which the application answered while this
   * revision ran; undefined when there are no samples of it. Rejecting means
   * that the source could not be asked: then CI alone decides, and the record
   * says so with the error's message. Has to end when `signal` aborts.
   */
  uptime(
    request: UptimeRequest,
    options: { signal?: AbortSignal },
  ): Promise<number | undefined>;
}

/** {@inheritDoc aiOperatorMetricsSourceExtensionPoint} @public */
export interface AiOperatorMetricsSourceExtensionPoint {
  /** Use this source instead of Prometheus. A second call is refused: which one should count? */
  setMetricsSource(source: MetricsSource): void;
}

/** Lets a backend module bring a metrics source of its own. @public */
export const aiOperatorMetricsSourceExtensionPoint =
  createExtensionPoint<AiOperatorMetricsSourceExtensionPoint>({
    id: 'ai-operator.metrics-source',
  });
