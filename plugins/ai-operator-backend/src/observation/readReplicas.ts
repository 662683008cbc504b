import { stringifyApplicationKey } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Replicas } from '../core/application';
import { Known, known, unknown } from '../core/verdict';
import {
  ApplicationDetails,
  CallContext,
  DeploymentStatus,
  KubernetesPort,
  PortError,
} from '../ports';
import { mapBounded } from './mapBounded';

/** More Deployments than this in one application are not added up: their replicas stay unknown. */
const MAX_WORKLOADS = 50;
const CONCURRENT_READS = 4;

export interface ReadReplicas {
  replicas: Known<Replicas>;
  /** What was added up. */
  deployments?: DeploymentStatus[];
}

/** Replicas of all Deployments of an application, added up. One that cannot be read makes the sum unknown. */
export async function readReplicas(
  details: ApplicationDetails,
  kubernetes: KubernetesPort,
  call: CallContext,
  now: () => number,
): Promise<ReadReplicas> {
  const { workloads, destination, key } = details;
  function cannotTell(because: string): ReadReplicas {
    return { replicas: unknown(because, now()) };
  }
  if (workloads.length === 0) {
    return cannotTell(
      `${stringifyApplicationKey(key)} has no Deployment among its resources`,
    );
  }
  if (workloads.length > MAX_WORKLOADS) {
    return cannotTell(
      `${stringifyApplicationKey(key)} has ${
        workloads.length
      } Deployments; at most ${MAX_WORKLOADS} are read`,
    );
  }
  const cluster = {
    server: destination.server,
    name: destination.name,
    instance: key.instance,
  };
  try {
    const deployments = await mapBounded(
      workloads,
      CONCURRENT_READS,
      workload =>
        kubernetes.getDeployment(
          cluster,
          workload.namespace,
          workload.name,
          call,
        ),
    );
    return {
      deployments,
      replicas: known(
        {
          // During a rollout more may be available than desired; that does not
          // make up for what another Deployment lacks.
          available: deployments.reduce(
            (sum, one) => sum + Math.min(one.available, one.desired),
            0,
          ),
          desired: deployments.reduce((sum, one) => sum + one.desired, 0),
        },
        now(),
      ),
    };
  } catch (error) {
    if (error instanceof PortError) {
      return cannotTell(error.message);
    }
    throw error;
  }
}
