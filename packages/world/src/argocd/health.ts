import { availableIn, type Step, type Workload } from '../deployments';
import type { ArgoApplication } from './application';

/** Health words of Argo CD, best first: an application is as ill as its worst resource. */
export const HEALTH_ORDER = [
  'Healthy',
  'Suspended',
  'Progressing',
  'Missing',
  'Degraded',
  'Unknown',
] as const;
export type HealthStatus = (typeof HEALTH_ORDER)[number];

/** Steps looked back at most to find since when an application is as it is. */
const LOOK_BACK = 500;

/** Health of a Deployment by Argo CD's own rules. */
export function healthOfWorkload(
  workload: Workload,
  now: number,
): { status: HealthStatus; message?: string } {
  if (workload.missing) {
    return { status: 'Missing' };
  }
  if (workload.paused) {
    return { status: 'Suspended', message: 'Deployment is paused' };
  }
  const step = workload.at(now);
  return step ? healthOfStep(step, workload.key.name) : { status: 'Missing' };
}

/** Health of an application: the worst of its Deployments, and since when (epoch ms). */
export function healthOfApplication(
  application: ArgoApplication,
  now: number,
): { status: HealthStatus; since: number } {
  const status = aggregate(application, now);
  let since = Math.max(application.createdAt, application.flaggedAt);
  for (const instant of changesBefore(application, now)) {
    if (instant <= since) {
      break;
    }
    if (aggregate(application, instant - 1) !== status) {
      since = instant;
      break;
    }
  }
  return { status, since };
}

function aggregate(application: ArgoApplication, now: number): HealthStatus {
  if (application.unreachable) {
    return 'Unknown';
  }
  const live = application.workloads.filter(workload => !workload.missing);
  if (live.length === 0 && application.workloads.length > 0) {
    return 'Missing';
  }
  return live.reduce<HealthStatus>((worst, workload) => {
    const { status } = healthOfWorkload(workload, now);
    return HEALTH_ORDER.indexOf(status) > HEALTH_ORDER.indexOf(worst)
      ? status
      : worst;
  }, 'Healthy');
}

function healthOfStep(
  step: Step,
  name: string,
): { status: HealthStatus; message?: string } {
  const waiting = 'Waiting for rollout to finish:';
  const { updated, old, desired } = step;
  const available = availableIn(step);
  if (step.progress === 'stalled') {
    return {
      status: 'Degraded',
      message: `Deployment "${name}" exceeded its progress deadline`,
    };
  }
  if (updated.total < desired) {
    return {
      status: 'Progressing',
      message: `${waiting} ${updated.total} out of ${desired} new replicas have been updated...`,
    };
  }
  if (old) {
    return {
      status: 'Progressing',
      message: `${waiting} ${old.total} old replicas are pending termination...`,
    };
  }
  if (available < updated.total) {
    return {
      status: 'Progressing',
      message: `${waiting} ${available} of ${updated.total} updated replicas are available...`,
    };
  }
  return { status: 'Healthy' };
}

/** Times at which something changed, newest first. */
function changesBefore(application: ArgoApplication, now: number): number[] {
  return application.workloads
    .flatMap(workload => workload.steps.slice(-LOOK_BACK))
    .map(step => step.at)
    .filter(at => at <= now)
    .sort((a, b) => b - a)
    .slice(0, LOOK_BACK);
}
