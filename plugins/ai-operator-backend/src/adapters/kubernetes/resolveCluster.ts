import { ClusterMapping } from '../../config';
import { ClusterRef, PortError } from '../../ports';

/** Argo CD's name for the cluster it runs in. */
const IN_CLUSTER_NAME = 'in-cluster';

/**
 * The cluster an Argo CD destination means: the first mapping that fits, else
 * the destination's own name. Nothing is guessed, since replicas read from
 * another cluster would be worse than none.
 *
 * @throws PortError MISCONFIGURED saying what to add
 */
export function resolveCluster(
  ref: ClusterRef,
  mappings: ClusterMapping[],
): string {
  const mapping = mappings.find(
    each =>
      (each.instance ?? ref.instance) === ref.instance &&
      (each.server ?? ref.server) === ref.server &&
      (each.destinationName ?? ref.name) === ref.name,
  );
  if (mapping) {
    return mapping.cluster;
  }
  if (ref.name && ref.name !== IN_CLUSTER_NAME) {
    return ref.name;
  }
  const destination = ref.server ?? ref.name ?? 'no destination';
  throw new PortError(
    'MISCONFIGURED',
    `It is not known which Kubernetes cluster '${destination}' of Argo CD instance '${ref.instance}' is; add { instance: ${ref.instance}, cluster: <name> } to aiOperator.kubernetes.clusters`,
  );
}
