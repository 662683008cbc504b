import { Environment } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Known, known, unknown } from '../core/verdict';
import { CallContext, MetricsSourcePort, PortError } from '../ports';
import { Deployment } from './deployments';

/**
 * The time at which `avg_over_time(up{app,revision}[24h])` is asked (I5, SPEC §8).
 *
 * The window looks back, so the first 24 hours of a deployment are covered when
 * it is asked 24 hours after the deployment. A revision that ran for less is
 * asked at its end: samples with its label exist only while it ran, so the
 * window then covers its whole life and nothing else.
 */
export function uptimeAskedAt(
  deployment: Deployment,
  windowMs: number,
  now: number,
): number {
  return Math.min(
    deployment.deployedAt + windowMs,
    deployment.until ?? now,
    now,
  );
}

/** Uptime of a revision over the first day of its latest deployment, or why it is not known. */
export async function readUptime(
  request: {
    application: string;
    environment: Environment;
    revision: string;
    deployments: Known<Deployment[]>;
    windowMs: number;
  },
  metrics: MetricsSourcePort,
  call: CallContext,
  now: number,
): Promise<Known<number>> {
  const { deployments } = request;
  if (!metrics.configured()) {
    return unknown('No metrics source is configured', now);
  }
  if (!deployments.known) {
    return unknown(deployments.because, now);
  }
  const [latest] = deployments.value;
  if (!latest) {
    return unknown('It was never deployed here', now);
  }
  const at = uptimeAskedAt(latest, request.windowMs, now);
  const hours = request.windowMs / 3_600_000;
  try {
    const uptime = await metrics.uptime(
      {
        application: request.application,
        environment: request.environment,
        revision: request.revision,
        at,
        windowMs: request.windowMs,
      },
      call,
    );
    return uptime === undefined
      ? unknown(
          `The metrics source has no samples of it for the ${hours} hours before ${new Date(
            at,
          ).toISOString()}`,
          now,
        )
      : known(uptime, now);
  } catch (error) {
    if (error instanceof PortError) {
      return unknown(error.message, now);
    }
    throw error;
  }
}
