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

  /**
   * What our account may do in a namespace: a SelfSubjectRulesReview as the API
   * server answers it, not yet checked, with its `Date` header. It is sent with
   * POST and changes nothing.
   */
  reviewRules(request: {
    cluster: string;
    namespace: string;
    asked: string;
    signal: AbortSignal | undefined;
  }): Promise<{ review: unknown; date: string | undefined }>;
}

/** Body of a SelfSubjectRulesReview. */
export function rulesReviewOf(namespace: string) {
  return {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectRulesReview',
    spec: { namespace },
  };
}
