/** One way of reading from clusters. Throws PortError. */
export interface KubernetesTransport {
  /** The Deployment as the API server answers it, not yet checked. */
  readDeployment(request: {
    cluster: string;
    namespace: string;
    name: string;
    asked: string;
    signal: AbortSignal | undefined;
  }): Promise<unknown>;
}
