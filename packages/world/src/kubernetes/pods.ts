import type { Step, Workload } from '../deployments';
import { rfc3339, stableSuffix, stableUid } from '../http/identity';
import { crashState, readyState, startingState } from './containers';
import {
  owner,
  podsOfRevision,
  replicaSetName,
  resourceVersion,
  templateLabels,
} from './naming';
import { podSpecOf } from './podSpec';

export type Pod = ReturnType<typeof podOf>;

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
    const total = podsOfRevision(step, revision)?.total ?? 0;
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
    const group = podsOfRevision(step, revision);
    if (!group || group.total <= ordinal || group.ready > ordinal) {
      break;
    }
    since = step.at;
  }
  return since;
}
