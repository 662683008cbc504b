import { availableIn, type Step, type Workload } from '../deployments';
import { rfc3339 } from '../http/identity';
import {
  labelsOf,
  replicaSetName,
  resourceVersion,
  revisionNumbers,
  selectorOf,
  templateLabels,
  uidOf,
} from './naming';
import { podSpecOf } from './podSpec';
import { REPLICA_SET_HISTORY } from './replicaSets';

/** Share of pods a rollout may take away, as the Deployments declare it. */
const MAX_UNAVAILABLE = 0.7;

export type Deployment = ReturnType<typeof deploymentOf>;

/** A Deployment as `GET /apis/apps/v1/namespaces/:ns/deployments/:name` answers it. */
export function deploymentOf(workload: Workload, now: number) {
  const { key, spec } = workload;
  const step = workload.at(now);
  const revisions = revisionNumbers(workload, now);
  const current = step?.revision ?? '';
  return {
    apiVersion: 'apps/v1' as const,
    kind: 'Deployment' as const,
    metadata: {
      name: key.name,
      namespace: key.namespace,
      uid: uidOf(workload),
      resourceVersion: resourceVersion(workload, step),
      generation: workload.generation,
      creationTimestamp: rfc3339(workload.createdAt),
      labels: labelsOf(workload),
      annotations: {
        'argocd.argoproj.io/tracking-id': `${key.application}:apps/Deployment:${key.namespace}/${key.name}`,
        'deployment.kubernetes.io/revision': String(
          revisions.get(current) ?? 0,
        ),
      },
    },
    spec: {
      replicas: step?.desired ?? spec.replicas,
      revisionHistoryLimit: REPLICA_SET_HISTORY,
      progressDeadlineSeconds: Math.round(spec.progressDeadlineMs / 1000),
      ...(workload.paused && { paused: true }),
      selector: { matchLabels: selectorOf(workload) },
      strategy: {
        type: 'RollingUpdate',
        rollingUpdate: {
          maxSurge: '25%',
          maxUnavailable: `${MAX_UNAVAILABLE * 100}%`,
        },
      },
      template: {
        metadata: { labels: templateLabels(workload, current) },
        spec: podSpecOf(workload, current),
      },
    },
    status: step
      ? deploymentStatus(workload, step)
      : { observedGeneration: workload.generation },
  };
}

function deploymentStatus(workload: Workload, step: Step) {
  const available = availableIn(step);
  const total = step.updated.total + (step.old?.total ?? 0);
  const unavailable = Math.max(0, total - available);
  // Kubernetes leaves out counts that are zero.
  return {
    observedGeneration: workload.generation,
    ...(total > 0 && { replicas: total }),
    ...(step.updated.total > 0 && { updatedReplicas: step.updated.total }),
    ...(available > 0 && {
      readyReplicas: available,
      availableReplicas: available,
    }),
    ...(unavailable > 0 && { unavailableReplicas: unavailable }),
    conditions: [
      availableCondition(step, available),
      progressingCondition(workload, step),
    ],
  };
}

function availableCondition(step: Step, available: number) {
  const needed = step.desired - Math.floor(step.desired * MAX_UNAVAILABLE);
  const enough = available >= needed;
  return {
    type: 'Available',
    status: enough ? 'True' : 'False',
    reason: enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    message: `Deployment ${
      enough ? 'has' : 'does not have'
    } minimum availability.`,
    lastUpdateTime: rfc3339(step.at),
    lastTransitionTime: rfc3339(step.at),
  };
}

function progressingCondition(workload: Workload, step: Step) {
  const times = {
    lastUpdateTime: rfc3339(step.at),
    lastTransitionTime: rfc3339(step.at),
  };
  const set = `ReplicaSet "${replicaSetName(workload, step.revision)}"`;
  if (workload.paused) {
    return {
      type: 'Progressing',
      status: 'Unknown',
      reason: 'DeploymentPaused',
      message: 'Deployment is paused',
      ...times,
    };
  }
  switch (step.progress) {
    case 'stalled':
      return {
        type: 'Progressing',
        status: 'False',
        reason: 'ProgressDeadlineExceeded',
        message: `${set} has timed out progressing.`,
        ...times,
      };
    case 'progressing':
      return {
        type: 'Progressing',
        status: 'True',
        reason: 'ReplicaSetUpdated',
        message: `${set} is progressing.`,
        ...times,
      };
    default:
      return {
        type: 'Progressing',
        status: 'True',
        reason: 'NewReplicaSetAvailable',
        message: `${set} has successfully progressed.`,
        ...times,
      };
  }
}
