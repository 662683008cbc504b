import { ApplicationKey } from '@ai-operator/backstage-plugin-ai-operator-common';
import { HealthReading } from '../core/application';
import { ApplicationDetails, CallContext, DeploymentStatus } from '../ports';
import { ObservationPorts } from './ports';
import { readReplicas } from './readReplicas';

export interface FreshHealth {
  reading: HealthReading;
  details: ApplicationDetails;
  /** The live Deployments; undefined when they could not all be read. */
  deployments?: DeploymentStatus[];
}

/** Health and replicas as they are now: one full read from Argo CD, one per Deployment from Kubernetes. */
export async function readFreshHealth(
  key: ApplicationKey,
  ports: Pick<ObservationPorts, 'argocd' | 'kubernetes'>,
  call: CallContext,
  now: () => number,
): Promise<FreshHealth> {
  const details = await ports.argocd.getApplication(key, call);
  const { replicas, deployments } = await readReplicas(
    details,
    ports.kubernetes,
    call,
    now,
  );
  return {
    details,
    deployments,
    reading: {
      health: details.health,
      because: details.healthMessage,
      replicas,
      revision: details.revision,
      syncStatus: details.syncStatus,
    },
  };
}
