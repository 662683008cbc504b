import type { ArgoCd } from '../argocd';
import { ArgoApplication } from '../argocd/application';
import {
  parseApplicationManifest,
  parseDeployments,
  type ApplicationManifest,
  type ApplicationSpec,
} from '../argocd/manifest';
import type { Deployments, Workload, WorkloadSpec } from '../deployments';
import {
  applicationManifest,
  deploymentManifest,
  deploymentsOf,
  imageOf,
  manifestPathOf,
  pathOf,
  projectOf,
  repositoryOf,
} from './files';
import {
  pastDeployments,
  type PastDeployment,
  type Place,
} from './pastDeployments';
import { branchOf, type ServiceDefinition } from './types';

const HOUR = 3_600_000;

/** How long the rollout of a service found `progressing` takes. */
const SLOW_ROLLOUT_MS = HOUR;

/** Argo CD takes this long from noticing to having deployed. */
const SYNC_MS = 2_000;

/** Creates an application with its past, in the state its cast gives it. */
export function createApplication(
  place: Place,
  world: { argo: ArgoCd; deployments: Deployments },
): ArgoApplication {
  const { cast, service, instance, startedAt } = place;
  const past = pastDeployments(place);
  const newest = past[past.length - 1];
  const { labels, annotations, spec } = manifestOf(place, newest.revision);
  const application = new ArgoApplication({
    name: service.name,
    instance: instance.name,
    environment: instance.environment,
    labels: { ...labels, environment: instance.environment },
    annotations,
    spec,
    createdAt: past[0].at,
    ...(!service.source && {
      git: {
        repository: repositoryOf(cast, service),
        branch: branchOf(instance.environment),
        manifestPath: manifestPathOf(service),
      },
    }),
    onChange: () => world.argo.instance(instance.name)?.touch(),
  });
  application.setWorkloads(
    deploymentsOf(service).map(({ name }) =>
      createWorkload({
        place,
        name,
        past,
        deployments: world.deployments,
        onChange: () => application.workloadChanged(),
      }),
    ),
  );
  for (const { revision, at } of past) {
    application.recordDeployment({
      revision,
      deployStartedAt: at - SYNC_MS,
      deployedAt: at,
      spec: withRevision(spec, revision),
    });
  }
  application.compare({
    at: startedAt,
    labels: { ...application.labels },
    annotations,
    spec,
    revision: newest.revision,
  });
  applyState(application, place);
  return application;
}

function manifestOf(place: Place, targetRevision: string): ApplicationManifest {
  const { cast, service, instance, baseUrl } = place;
  const repoURL = `${baseUrl}/${repositoryOf(cast, service)}.git`;
  if (!service.source) {
    return parseApplicationManifest(
      applicationManifest({ service, repoURL, targetRevision }),
      service.name,
    );
  }
  const source =
    service.source.kind === 'chart'
      ? {
          repoURL: service.source.repoURL,
          chart: service.source.chart,
          targetRevision,
        }
      : { repoURL, path: pathOf(service), targetRevision };
  return {
    labels: {
      'ai-operator.enabled': 'true',
      service: service.name,
      team: service.owner,
    },
    annotations: {},
    spec: {
      project: projectOf(service),
      source,
      destination: { name: instance.cluster, namespace: service.namespace },
      syncPolicy: { automated: { prune: true, selfHeal: true } },
    },
  };
}

function createWorkload(options: {
  place: Place;
  name: string;
  past: readonly PastDeployment[];
  deployments: Deployments;
  onChange: () => void;
}): Workload {
  const { place, name, past } = options;
  const { service, instance, environment } = place;
  const newest = past[past.length - 1];
  const workload = options.deployments.add({
    key: {
      application: service.name,
      environment: instance.environment,
      cluster: instance.cluster,
      namespace: service.namespace,
      name,
    },
    spec: specOf(place, name, past[0].version),
    createdAt: past[0].at,
    onChange: options.onChange,
  });
  if (environment.state === 'progressing') {
    workload.setBehaviour(newest.revision, {
      kind: 'slow',
      rolloutMs: SLOW_ROLLOUT_MS,
    });
  }
  for (const { revision, at, uptime, version } of past) {
    if (uptime !== undefined) {
      workload.setUptime(revision, uptime);
    }
    workload.deploy(at, revision, specOf(place, name, version));
  }
  return workload;
}

function applyState(
  application: ArgoApplication,
  { environment, startedAt }: Place,
): void {
  const since = startedAt - 3 * HOUR;
  switch (environment.state ?? 'healthy') {
    case 'suspended':
      application.setPaused(since, true);
      return;
    case 'missing':
      application.setMissing(since, true);
      return;
    case 'unknown':
      application.setUnreachable(since, true);
      return;
    default:
  }
}

function specOf(
  { cast, service }: Place,
  name: string,
  version: string,
): WorkloadSpec {
  const spec = specsFor(cast.organization, service, version).get(name);
  if (!spec) {
    throw new Error(`${service.name} has no Deployment ${name}`);
  }
  return spec;
}

function specsFor(
  organization: string,
  service: ServiceDefinition,
  version: string,
): ReadonlyMap<string, WorkloadSpec> {
  if (service.source?.kind !== 'none') {
    return parseDeployments(deploymentManifest(organization, service, version));
  }
  // Thousands of these: not worth writing and reading YAML for each.
  return new Map(
    deploymentsOf(service).map(({ name, replicas }) => [
      name,
      {
        replicas: replicas ?? 1,
        replicasDeclared: replicas !== undefined,
        progressDeadlineMs: 30_000,
        template: {
          image: imageOf(organization, name, version),
          containerPort: 8080,
          readinessProbe: true,
          livenessProbe: true,
        },
      },
    ]),
  );
}

function withRevision(
  spec: ApplicationSpec,
  targetRevision: string,
): ApplicationSpec {
  return spec.source
    ? { ...spec, source: { ...spec.source, targetRevision } }
    : spec;
}
