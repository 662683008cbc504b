import { KubernetesConfig } from '../../config';
import {
  CallContext,
  ClusterRef,
  DeploymentStatus,
  KubernetesPort,
} from '../../ports';
import { CallEnvironment, callExternal } from '../http';
import { toDeploymentStatus } from './deployment';
import { resolveCluster } from './resolveCluster';
import { KubernetesTransport } from './transport';

/** Audit names of the calls made here. */
export const KUBERNETES_CALLS = ['kubernetes.getDeploymentStatus'] as const;

/** Deployments of the clusters that Argo CD deploys to, read only. */
export class Kubernetes implements KubernetesPort {
  readonly #config: Pick<KubernetesConfig, 'clusters'>;
  readonly #transport: KubernetesTransport;
  readonly #environment: CallEnvironment;

  constructor(
    config: Pick<KubernetesConfig, 'clusters'>,
    transport: KubernetesTransport,
    environment: CallEnvironment,
  ) {
    this.#config = config;
    this.#transport = transport;
    this.#environment = environment;
  }

  async getDeployment(
    ref: ClusterRef,
    namespace: string,
    name: string,
    call: CallContext,
  ): Promise<DeploymentStatus> {
    return callExternal(
      {
        name: 'kubernetes.getDeploymentStatus',
        parameters: { ...ref, namespace, deployment: name },
        call,
        environment: this.#environment,
        summarize: ({ available, desired }) => ({
          availableReplicas: available,
          desiredReplicas: desired,
        }),
      },
      async ({ signal }) => {
        const cluster = resolveCluster(ref, this.#config.clusters);
        const asked = `Kubernetes '${cluster}': Deployment ${namespace}/${name}`;
        const answer = await this.#transport.readDeployment({
          cluster,
          namespace,
          name,
          asked,
          signal,
        });
        return toDeploymentStatus(answer, asked);
      },
    );
  }
}
