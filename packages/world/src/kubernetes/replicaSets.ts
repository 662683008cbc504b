import type { Step, Workload } from '../deployments';
import { rfc3339, stableUid } from '../http/identity';
import {
  firstSeen,
  owner,
  podsOfRevision,
  replicaSetName,
  resourceVersion,
  revisionNumbers,
  templateLabels,
  templateSelector,
  uidOf,
} from './naming';
import { podSpecOf } from './podSpec';

/** ReplicaSets kept with zero replicas (`revisionHistoryLimit`). */
export const REPLICA_SET_HISTORY = 10;

export type ReplicaSet = ReturnType<typeof replicaSetOf>;

/** The ReplicaSets of a Deployment, newest first, old empty ones included. */
export function replicaSetsOf(workload: Workload, now: number): ReplicaSet[] {
  const step = workload.at(now);
  return [...revisionNumbers(workload, now)]
    .sort(([, a], [, b]) => b - a)
    .slice(0, REPLICA_SET_HISTORY + 1)
    .map(([revision, number]) =>
      replicaSetOf(workload, revision, number, step),
    );
}

function replicaSetOf(
  workload: Workload,
  revision: string,
  number: number,
  step: Step | undefined,
) {
  const pods = (step && podsOfRevision(step, revision)) ?? {
    total: 0,
    ready: 0,
  };
  const { key } = workload;
  const name = replicaSetName(workload, revision);
  return {
    apiVersion: 'apps/v1' as const,
    kind: 'ReplicaSet' as const,
    metadata: {
      name,
      namespace: key.namespace,
      uid: stableUid('ReplicaSet', key.cluster, key.namespace, name),
      resourceVersion: resourceVersion(workload, step),
      generation: 1,
      creationTimestamp: rfc3339(firstSeen(workload, revision)),
      labels: templateLabels(workload, revision),
      annotations: {
        'deployment.kubernetes.io/desired-replicas': String(step?.desired ?? 0),
        'deployment.kubernetes.io/revision': String(number),
      },
      ownerReferences: [
        owner('apps/v1', 'Deployment', key.name, uidOf(workload)),
      ],
    },
    spec: {
      replicas: pods.total,
      selector: { matchLabels: templateSelector(workload, revision) },
      template: {
        metadata: { labels: templateLabels(workload, revision) },
        spec: podSpecOf(workload, revision),
      },
    },
    status: {
      observedGeneration: 1,
      replicas: pods.total,
      ...(pods.total > 0 && { fullyLabeledReplicas: pods.total }),
      ...(pods.ready > 0 && {
        readyReplicas: pods.ready,
        availableReplicas: pods.ready,
      }),
    },
  };
}
