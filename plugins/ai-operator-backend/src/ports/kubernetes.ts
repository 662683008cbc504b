import { CallContext } from './call';

export interface DeploymentStatus {
  namespace: string;
  name: string;
  desired: number;
  available: number;
  paused: boolean;
  /** For AC-04 and AC-05. */
  declares: {
    replicas: boolean;
    readinessProbe: boolean;
    livenessProbe: boolean;
  };
}

/** Where an application runs, as Argo CD names it. */
export interface ClusterRef {
  server?: string;
  name?: string;
  /** The Argo CD instance that manages it: `in-cluster` and kubernetes.default.svc mean its own cluster. */
  instance: string;
}

/** Kubernetes, read only. Throws PortError. */
export interface KubernetesPort {
  /** Audit name `kubernetes.getDeploymentStatus`. */
  getDeployment(
    cluster: ClusterRef,
    namespace: string,
    name: string,
    call: CallContext,
  ): Promise<DeploymentStatus>;
}
