import { podsOf, type Pod } from '../kubernetes/pods';
import { replicaSetsOf } from '../kubernetes/replicaSets';
import type { Workload } from '../deployments';
import { rfc3339, stableUid } from '../http/identity';
import type { ArgoApplication } from './application';
import { healthOfWorkload } from './health';

interface Node {
  group?: string;
  version: string;
  kind: string;
  namespace: string;
  name: string;
  uid: string;
  resourceVersion: string;
  createdAt: string;
  parentRefs?: Ref[];
  health?: { status: string; message?: string };
  images?: string[];
  info?: { name: string; value: string }[];
}

type Ref = Pick<Node, 'group' | 'kind' | 'namespace' | 'name' | 'uid'>;

/** `GET /applications/:name/resource-tree`: live objects with their health, parents named. */
export function resourceTree(
  application: ArgoApplication,
  now: number,
): { nodes: Node[] } {
  return {
    nodes: application.workloads
      .filter(workload => !workload.missing)
      .flatMap(workload => nodesOf(workload, now)),
  };
}

function nodesOf(workload: Workload, now: number): Node[] {
  const { cluster, namespace, name } = workload.key;
  const shared = {
    version: 'v1',
    namespace,
    resourceVersion: String(workload.version),
    createdAt: rfc3339(workload.createdAt),
  };
  const service: Node = {
    ...shared,
    kind: 'Service',
    name,
    uid: stableUid('Service', cluster, namespace, name),
    health: { status: 'Healthy' },
  };
  const deployment: Node = {
    ...shared,
    group: 'apps',
    kind: 'Deployment',
    name,
    uid: stableUid('Deployment', cluster, namespace, name),
    health: healthOfWorkload(workload, now),
  };
  const replicaSets = replicaSetsOf(workload, now).map(
    ({ metadata, status }): Node => ({
      ...shared,
      group: 'apps',
      kind: 'ReplicaSet',
      name: metadata.name,
      uid: metadata.uid,
      createdAt: metadata.creationTimestamp,
      parentRefs: [refOf(deployment)],
      health: {
        status:
          status.replicas === (status.availableReplicas ?? 0)
            ? 'Healthy'
            : 'Progressing',
      },
      info: [
        {
          name: 'Revision',
          value: `Rev:${metadata.annotations['deployment.kubernetes.io/revision']}`,
        },
      ],
    }),
  );
  const pods = podsOf(workload, now).map((pod): Node => {
    const parent = replicaSets.find(
      set => set.uid === pod.metadata.ownerReferences[0].uid,
    );
    return {
      ...shared,
      kind: 'Pod',
      name: pod.metadata.name,
      uid: pod.metadata.uid,
      createdAt: pod.metadata.creationTimestamp,
      ...(parent && { parentRefs: [refOf(parent)] }),
      health: healthOfPod(pod),
      images: pod.spec.containers.map(container => container.image),
    };
  });
  return [service, deployment, ...replicaSets, ...pods];
}

function refOf({ group, kind, namespace, name, uid }: Node): Ref {
  return { ...(group && { group }), kind, namespace, name, uid };
}

function healthOfPod(pod: Pod): { status: string; message?: string } {
  const waiting = pod.status.containerStatuses
    .map(status => status.state.waiting)
    .find(state => state?.reason === 'CrashLoopBackOff');
  if (waiting) {
    return { status: 'Degraded', message: waiting.message };
  }
  return pod.status.containerStatuses.every(status => status.ready)
    ? { status: 'Healthy' }
    : { status: 'Progressing' };
}
