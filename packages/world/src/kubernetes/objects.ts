import { availableIn, type Step, type Workload } from '../deployments';
import { rfc3339, stableSuffix, stableUid } from '../http/identity';
import { crashState, readyState, startingState } from './containers';

/** ReplicaSets kept with zero replicas (`revisionHistoryLimit`). */
const REPLICA_SET_HISTORY = 10;

/** Share of pods a rollout may take away, as the Deployments declare it. */
const MAX_UNAVAILABLE = 0.7;

export type Deployment = ReturnType<typeof deploymentOf>;
export type ReplicaSet = ReturnType<typeof replicaSetOf>;
export type Pod = ReturnType<typeof podOf>;

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
      uid: uidOf('Deployment', workload),
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

/** The pods of a Deployment: those of the newest revision first. */
export function podsOf(workload: Workload, now: number): Pod[] {
  const step = workload.at(now);
  if (!step) {
    return [];
  }
  const groups = [
    { revision: step.revision, ...step.updated, newest: true },
    ...(step.old ? [{ ...step.old, newest: false }] : []),
  ];
  return groups.flatMap(({ revision, total, ready, newest }) =>
    Array.from({ length: total }, (_, ordinal) =>
      podOf(workload, {
        revision,
        ordinal,
        ready: ordinal < ready,
        crashing:
          ordinal >= ready && (!newest || isCrashing(workload, step, revision)),
        step,
        now,
      }),
    ),
  );
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

function replicaSetOf(
  workload: Workload,
  revision: string,
  number: number,
  step: Step | undefined,
) {
  const pods = [
    ...(step ? [{ revision: step.revision, ...step.updated }] : []),
    ...(step?.old ? [step.old] : []),
  ].find(group => group.revision === revision) ?? { total: 0, ready: 0 };
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
        owner('apps/v1', 'Deployment', key.name, uidOf('Deployment', workload)),
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

function podOf(
  workload: Workload,
  pod: {
    revision: string;
    ordinal: number;
    ready: boolean;
    crashing: boolean;
    step: Step;
    now: number;
  },
) {
  const { key } = workload;
  const { revision, ordinal, ready, crashing, now } = pod;
  const replicaSet = replicaSetName(workload, revision);
  const suffix = stableSuffix(5, key.cluster, replicaSet, String(ordinal));
  const name = `${replicaSet}-${suffix}`;
  const uid = stableUid('Pod', key.cluster, key.namespace, name);
  const createdAt = createdAtOf(workload, revision, ordinal, now);
  const template = workload.templateOf(revision);
  const since = unwellSince(workload, revision, ordinal, now) ?? createdAt;
  let container = startingState();
  if (ready) {
    container = readyState(createdAt);
  } else if (crashing) {
    container = crashState({
      since,
      now,
      name: key.name,
      pod: `${name}_${key.namespace}(${uid})`,
    });
  }
  const condition = (type: string, status: boolean, at: number) => ({
    type,
    status: status ? 'True' : 'False',
    lastTransitionTime: rfc3339(at),
    ...(!status && {
      reason: 'ContainersNotReady',
      message: `containers with unready status: [${key.name}]`,
    }),
  });
  return {
    apiVersion: 'v1' as const,
    kind: 'Pod' as const,
    metadata: {
      name,
      generateName: `${replicaSet}-`,
      namespace: key.namespace,
      uid,
      resourceVersion: resourceVersion(workload, pod.step),
      creationTimestamp: rfc3339(createdAt),
      labels: templateLabels(workload, revision),
      ownerReferences: [
        owner(
          'apps/v1',
          'ReplicaSet',
          replicaSet,
          stableUid('ReplicaSet', key.cluster, key.namespace, replicaSet),
        ),
      ],
    },
    spec: {
      ...podSpecOf(workload, revision),
      nodeName: `node-${1 + (ordinal % 3)}`,
    },
    status: {
      phase: container.phase,
      conditions: [
        condition('PodScheduled', true, createdAt),
        condition('Initialized', true, createdAt),
        condition('ContainersReady', ready, ready ? createdAt : since),
        condition('Ready', ready, ready ? createdAt : since),
      ],
      hostIP: `10.0.0.${1 + (ordinal % 3)}`,
      podIP: `10.42.${ordinal % 3}.${10 + ordinal}`,
      startTime: rfc3339(createdAt),
      qosClass: 'Burstable',
      containerStatuses: [
        {
          name: key.name,
          image: template.image,
          imageID: `${template.image.split(':')[0]}@sha256:${stableUid(
            template.image,
          ).replace(/-/g, '')}`,
          ready,
          started: ready,
          restartCount: container.restartCount,
          state: container.state,
          lastState: container.lastState,
        },
      ],
    },
  };
}

function podSpecOf(workload: Workload, revision: string) {
  const template = workload.templateOf(revision);
  const probe = (path: string) => ({
    httpGet: { path, port: template.containerPort, scheme: 'HTTP' },
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
  });
  return {
    containers: [
      {
        name: workload.key.name,
        image: template.image,
        imagePullPolicy: 'IfNotPresent',
        ports: [{ containerPort: template.containerPort, protocol: 'TCP' }],
        resources: {
          requests: { cpu: '100m', memory: '128Mi' },
          limits: { memory: '256Mi' },
        },
        ...(template.readinessProbe && { readinessProbe: probe('/readyz') }),
        ...(template.livenessProbe && { livenessProbe: probe('/healthz') }),
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
      },
    ],
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    securityContext: {},
  };
}

/** A revision crashes if it was said to, or once Kubernetes has given up on it. */
function isCrashing(workload: Workload, step: Step, revision: string): boolean {
  return (
    step.progress === 'stalled' ||
    workload.behaviourOf(revision)?.kind === 'crashing'
  );
}

/** When the pod of that ordinal first appeared in the rollout that holds now. */
function createdAtOf(
  workload: Workload,
  revision: string,
  ordinal: number,
  now: number,
): number {
  let created = workload.createdAt;
  for (const step of [...workload.steps].reverse()) {
    if (step.at > now) {
      continue;
    }
    const total =
      step.revision === revision
        ? step.updated.total
        : step.old?.revision === revision
        ? step.old.total
        : 0;
    if (total <= ordinal) {
      break;
    }
    created = step.at;
  }
  return created;
}

/** Since when the pod of that ordinal has not been ready, if it is not. */
function unwellSince(
  workload: Workload,
  revision: string,
  ordinal: number,
  now: number,
): number | undefined {
  let since: number | undefined;
  for (const step of [...workload.steps].reverse()) {
    if (step.at > now) {
      continue;
    }
    const group = step.revision === revision ? step.updated : step.old;
    if (!group || group.total <= ordinal || group.ready > ordinal) {
      break;
    }
    since = step.at;
  }
  return since;
}

/** `deployment.kubernetes.io/revision` of every revision that ever ran; a rollback gets a new number. */
function revisionNumbers(workload: Workload, now: number): Map<string, number> {
  const numbers = new Map<string, number>();
  let last: string | undefined;
  let number = 0;
  for (const step of workload.steps) {
    if (step.at <= now && step.revision !== last) {
      number += 1;
      numbers.set(step.revision, number);
      last = step.revision;
    }
  }
  return numbers;
}

function firstSeen(workload: Workload, revision: string): number {
  return (
    workload.steps.find(step => step.revision === revision)?.at ??
    workload.createdAt
  );
}

function replicaSetName(workload: Workload, revision: string): string {
  return `${workload.key.name}-${stableSuffix(10, revision)}`;
}

function selectorOf(workload: Workload) {
  return { app: workload.key.name };
}

function templateSelector(workload: Workload, revision: string) {
  return {
    ...selectorOf(workload),
    'pod-template-hash': stableSuffix(10, revision),
  };
}

function labelsOf(workload: Workload) {
  return {
    ...selectorOf(workload),
    'app.kubernetes.io/name': workload.key.name,
    'app.kubernetes.io/part-of': workload.key.application,
    environment: workload.key.environment,
  };
}

function templateLabels(workload: Workload, revision: string) {
  return {
    ...labelsOf(workload),
    ...templateSelector(workload, revision),
    ...(revision && { revision }),
  };
}

function owner(apiVersion: string, kind: string, name: string, uid: string) {
  return {
    apiVersion,
    kind,
    name,
    uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

function uidOf(kind: string, workload: Workload): string {
  const { cluster, namespace, name } = workload.key;
  return stableUid(kind, cluster, namespace, name);
}

function resourceVersion(workload: Workload, step: Step | undefined): string {
  const index = step ? workload.steps.indexOf(step) + 1 : 0;
  return String(workload.version * 10_000 + index);
}
