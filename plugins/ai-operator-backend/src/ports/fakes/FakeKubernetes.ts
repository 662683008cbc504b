import {
  CallContext,
  ClusterRef,
  DeploymentStatus,
  KubernetesPort,
  PortError,
} from '..';
import { answer, Mishaps } from './support';

/** Deployments in memory, by namespace and name; one cluster is like another. */
export class FakeKubernetes implements KubernetesPort {
  readonly mishaps = new Mishaps();
  readonly #now: () => number;
  readonly #deployments = new Map<string, DeploymentStatus>();

  constructor(options?: { now?: () => number }) {
    this.#now = options?.now ?? (() => 0);
  }

  /** Adds or replaces a Deployment; without figures it wants one replica and has it. */
  put(
    deployment: Pick<DeploymentStatus, 'namespace' | 'name'> &
      Partial<DeploymentStatus>,
  ): void {
    this.#deployments.set(`${deployment.namespace}/${deployment.name}`, {
      desired: 1,
      available: 1,
      paused: false,
      declares: { replicas: true, readinessProbe: true, livenessProbe: true },
      ...deployment,
    });
  }

  async getDeployment(
    cluster: ClusterRef,
    namespace: string,
    name: string,
    call: CallContext,
  ): Promise<DeploymentStatus> {
    return answer(
      {
        method: 'getDeployment',
        name: 'kubernetes.getDeploymentStatus',
        parameters: { ...cluster, namespace, deployment: name },
        call,
        mishaps: this.mishaps,
        now: this.#now,
      },
      () => {
        const found = this.#deployments.get(`${namespace}/${name}`);
        if (!found) {
          throw new PortError(
            'NOT_FOUND',
            `Deployment ${namespace}/${name} does not exist`,
          );
        }
        return found;
      },
    );
  }
}
