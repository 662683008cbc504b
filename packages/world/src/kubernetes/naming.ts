import type { PodCount, Step, Workload } from '../deployments';
import { stableSuffix, stableUid } from '../http/identity';

/** The pods of a revision in a step; undefined when it has none. */
export function podsOfRevision(
  step: Step,
  revision: string,
): PodCount | undefined {
  if (step.revision === revision) {
    return step.updated;
  }
  return step.old?.revision === revision ? step.old : undefined;
}

/** Name of the ReplicaSet of a revision. */
export function replicaSetName(workload: Workload, revision: string): string {
  return `${workload.key.name}-${stableSuffix(10, revision)}`;
}

/** `spec.selector.matchLabels` of a Deployment. */
export function selectorOf(workload: Workload) {
  return { app: workload.key.name };
}

/** `spec.selector.matchLabels` of a ReplicaSet. */
export function templateSelector(workload: Workload, revision: string) {
  return {
    ...selectorOf(workload),
    'pod-template-hash': stableSuffix(10, revision),
  };
}

/** Labels of a Deployment. */
export function labelsOf(workload: Workload) {
  return {
    ...selectorOf(workload),
    'app.kubernetes.io/name': workload.key.name,
    'app.kubernetes.io/part-of': workload.key.application,
    environment: workload.key.environment,
  };
}

/** Labels of the pods of a revision. */
export function templateLabels(workload: Workload, revision: string) {
  return {
    ...labelsOf(workload),
    ...templateSelector(workload, revision),
    ...(revision && { revision }),
  };
}

/** An entry of `metadata.ownerReferences`. */
export function owner(
  apiVersion: string,
  kind: string,
  name: string,
  uid: string,
) {
  return {
    apiVersion,
    kind,
    name,
    uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** A Deployment's uid. */
export function uidOf(workload: Workload): string {
  const { cluster, namespace, name } = workload.key;
  return stableUid('Deployment', cluster, namespace, name);
}

/** Changes whenever the Deployment or the step it is in changes. */
export function resourceVersion(
  workload: Workload,
  step: Step | undefined,
): string {
  const index = step ? workload.steps.indexOf(step) + 1 : 0;
  return String(workload.version * 10_000 + index);
}

/** `deployment.kubernetes.io/revision` of every revision that ever ran; a rollback gets a new number. */
export function revisionNumbers(
  workload: Workload,
  now: number,
): Map<string, number> {
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

/** When a revision first ran (epoch ms). */
export function firstSeen(workload: Workload, revision: string): number {
  return (
    workload.steps.find(step => step.revision === revision)?.at ??
    workload.createdAt
  );
}
