import type { Workload } from '../deployments';
import { rfc3339, stableUid } from '../http/identity';
import type { ArgoApplication, SyncOperation } from './application';
import { healthOfApplication } from './health';
import { gitSource, type ApplicationSpec } from './manifest';

/** An Application as the API writes it. */
export interface ApplicationModel {
  metadata: Record<string, unknown>;
  spec: ApplicationSpec;
  status: {
    resources: ResourceStatus[];
    summary: { images?: string[] };
    sync: { status: string; revision?: string } & Record<string, unknown>;
    health: { status: string; lastTransitionTime: string };
    operationState?: {
      startedAt: string;
      finishedAt?: string;
      phase: string;
      syncResult?: Record<string, unknown>;
    } & Record<string, unknown>;
  } & Record<string, unknown>;
  operation?: { sync: Record<string, unknown> } & Record<string, unknown>;
}

/** An entry of `status.resources`; health is not part of it since Argo CD 3.0. */
export interface ResourceStatus {
  group?: string;
  version: string;
  kind: string;
  namespace: string;
  name: string;
  status: string;
}

/** Renders an application as `GET /api/v1/applications/:name` answers it. */
export function renderApplication(
  application: ArgoApplication,
  now: number,
): ApplicationModel {
  const { spec } = application;
  const health = healthOfApplication(application, now);
  const resources = resourcesOf(application);
  const images = imagesOf(application, now);
  return {
    metadata: metadataOf(application),
    spec,
    status: {
      resources,
      sync: {
        status: application.syncStatus,
        comparedTo: { ...sourceFields(spec), destination: spec.destination },
        ...revisionFields(application.targetRevision, spec),
      },
      health: {
        status: health.status,
        lastTransitionTime: rfc3339(health.since),
      },
      ...(application.history.length > 0 && {
        history: application.history.map(entry => ({
          id: entry.id,
          ...revisionFields(entry.revision, entry.spec),
          deployStartedAt: rfc3339(entry.deployStartedAt),
          deployedAt: rfc3339(entry.deployedAt),
          initiatedBy: { automated: true },
          ...sourceFields(entry.spec),
        })),
      }),
      ...(application.conditions.length > 0 && {
        conditions: application.conditions.map(({ type, message, since }) => ({
          type,
          message,
          lastTransitionTime: rfc3339(since),
        })),
      }),
      reconciledAt: rfc3339(application.reconciledAt),
      ...(application.operation && {
        operationState: renderOperation(application.operation, resources),
      }),
      ...sourceTypeFields(spec),
      summary: images.length > 0 ? { images } : {},
      controllerNamespace: application.namespace,
      resourceHealthSource: 'appTree',
    },
    ...(application.operation?.phase === 'Running' && {
      operation: operationOf(application.operation),
    }),
  };
}

/** `metadata` of an Application. */
export function metadataOf(
  application: ArgoApplication,
): Record<string, unknown> {
  return {
    name: application.name,
    namespace: application.namespace,
    uid: stableUid('application', application.instance, application.name),
    resourceVersion: String(100_000 + application.version),
    generation: application.version,
    creationTimestamp: rfc3339(application.createdAt),
    ...(Object.keys(application.labels).length > 0 && {
      labels: application.labels,
    }),
    ...(Object.keys(application.annotations).length > 0 && {
      annotations: application.annotations,
    }),
  };
}

/** Images that run now, newest revision first. */
export function imagesOf(application: ArgoApplication, now: number): string[] {
  const images = application.workloads
    .filter(workload => !workload.missing)
    .flatMap(workload => imagesOfWorkload(workload, now));
  return [...new Set(images)].sort();
}

/** The resources an application manages: a Deployment and a Service each. */
export function resourcesOf(application: ArgoApplication): ResourceStatus[] {
  const unknown = application.syncStatus === 'Unknown';
  const outOfSync = application.targetRevision !== application.deployedRevision;
  return application.workloads.flatMap(workload => {
    const { name, namespace } = workload.key;
    let status = workload.missing || outOfSync ? 'OutOfSync' : 'Synced';
    if (unknown) {
      status = 'Unknown';
    }
    return [
      { version: 'v1', kind: 'Service', namespace, name, status },
      {
        group: 'apps',
        version: 'v1',
        kind: 'Deployment',
        namespace,
        name,
        status,
      },
    ];
  });
}

function imagesOfWorkload(workload: Workload, now: number): string[] {
  const step = workload.at(now);
  if (!step) {
    return [];
  }
  return [step.revision, ...(step.old ? [step.old.revision] : [])].map(
    revision => workload.templateOf(revision).image,
  );
}

function renderOperation(
  operation: SyncOperation,
  resources: ResourceStatus[],
) {
  return {
    operation: operationOf(operation),
    phase: operation.phase,
    message: operation.message,
    startedAt: rfc3339(operation.startedAt),
    ...(operation.finishedAt !== undefined && {
      finishedAt: rfc3339(operation.finishedAt),
    }),
    syncResult: {
      // `revision` has no omitempty here: empty for several sources.
      revision: '',
      ...revisionFields(operation.revision, operation.spec),
      ...sourceFields(operation.spec),
      ...(operation.phase === 'Succeeded' && {
        resources: resources.map(({ status: _sync, group, ...resource }) => ({
          group: group ?? '',
          ...resource,
          status: 'Synced',
          message: `${
            group ? `${resource.kind.toLowerCase()}.${group}` : 'service'
          }/${resource.name} configured`,
          hookPhase: 'Running',
          syncPhase: 'Sync',
        })),
      }),
    },
  };
}

function operationOf(operation: SyncOperation) {
  return {
    initiatedBy: { automated: true },
    retry: { limit: 5 },
    sync: { revision: operation.revision, prune: true },
  };
}

/** One revision, or one per source for an application with several. */
function revisionFields(revision: string | undefined, spec: ApplicationSpec) {
  if (revision === undefined) {
    return {};
  }
  if (!spec.sources) {
    return { revision };
  }
  const followed = gitSource(spec);
  return {
    revisions: spec.sources.map(source =>
      source === followed ? revision : source.targetRevision ?? '',
    ),
  };
}

function sourceFields(spec: ApplicationSpec) {
  return spec.sources
    ? { sources: spec.sources, source: { repoURL: '' } }
    : { source: spec.source };
}

function sourceTypeFields(spec: ApplicationSpec) {
  return spec.sources
    ? { sourceTypes: spec.sources.map(typeOf) }
    : { sourceType: typeOf(spec.source ?? {}) };
}

function typeOf(source: { chart?: string }): string {
  return source.chart ? 'Helm' : 'Directory';
}
