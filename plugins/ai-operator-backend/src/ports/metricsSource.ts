import { CallContext } from './call';

/** Where uptime figures come from (Prometheus by default). Throws PortError. */
export interface MetricsSourcePort {
  /** False when nothing is configured: then CI alone decides, and says so. */
  configured(): boolean;
  /**
   * Average of `up` for this application and revision over `windowMs` ending at
   * `at` (ms epoch), 0..1; undefined when the source has no samples.
   * Audit name `prometheus.queryUptime`.
   */
  uptime(
    request: {
      application: string;
      revision: string;
      environment: string;
      at: number;
      windowMs: number;
    },
    call: CallContext,
  ): Promise<number | undefined>;
}
