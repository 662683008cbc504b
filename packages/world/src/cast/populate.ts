import type { ArgoCd } from '../argocd';
import { ArgoApplication } from '../argocd/application';
import {
  parseApplicationManifest,
  parseDeployments,
  type ApplicationSpec,
} from '../argocd/manifest';
import type { Deployments, WorkloadSpec } from '../deployments';
import type { GitHubServer } from '../github';
import {
  applicationManifest,
  deploymentManifest,
  deploymentsOf,
  manifestPathOf,
  pathOf,
  projectOf,
  repositoryOf,
} from './files';
import { historyOf } from './history';
import { releaseKey, repositoryHistory } from './repositoryHistory';
import {
  branchOf,
  type CastDefinition,
  type EnvironmentDefinition,
  type InstanceDefinition,
  type ServiceDefinition,
} from './types';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long the rollout of a service found `progressing` takes. */
const SLOW_ROLLOUT_MS = HOUR;

/** A deployment of the past, resolved to a commit. */
interface PastDeployment {
  revision: string;
  at: number;
  uptime: number | undefined;
  version: string;
}

/** Sha of a release by its key; per repository. */
type Releases = ReadonlyMap<string, string>;

/** Fills an empty world: repositories with their past, and what runs now. */
export async function populate(options: {
  cast: CastDefinition;
  github: GitHubServer;
  argo: ArgoCd;
  deployments: Deployments;
  baseUrl: string;
  startedAt: number;
}): Promise<void> {
  const { cast, argo, deployments, startedAt } = options;
  const releases = await createRepositories(options);
  for (const service of cast.services) {
    for (const instance of cast.instances) {
      const environment = service.environments[instance.environment];
      if (environment) {
        const application = createApplication({
          ...options,
          service,
          instance,
          releases: releases.get(repositoryOf(cast, service)) ?? new Map(),
        });
        addWorkloads({
          cast,
          application,
          deployments,
          service,
          instance,
          environment,
          releases: releases.get(repositoryOf(cast, service)) ?? new Map(),
          startedAt,
        });
        applyState(application, environment, startedAt);
        argo.instance(instance.name)?.add(application);
      }
    }
  }
}

async function createRepositories(options: {
  cast: CastDefinition;
  github: GitHubServer;
  baseUrl: string;
  startedAt: number;
}): Promise<Map<string, Releases>> {
  const { cast, github, baseUrl, startedAt } = options;
  const byRepository = new Map<string, ServiceDefinition[]>();
  for (const service of cast.services) {
    if (!service.source) {
      const name = repositoryOf(cast, service);
      byRepository.set(name, [...(byRepository.get(name) ?? []), service]);
    }
  }
  const result = new Map<string, Releases>();
  const queue = [...byRepository];
  // A few at a time: each is a handful of git processes.
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [fullName, services] = next;
      const [owner, name] = fullName.split('/');
      const { commits, nextNumber } = repositoryHistory({
        cast,
        services,
        repoURL: `${baseUrl}/${fullName}.git`,
        startedAt,
      });
      const created = await github.createRepository({
        owner,
        name,
        description: services.map(service => service.description).join(' '),
        defaultBranch: 'main',
        protection: cast.protection,
        history: commits,
        nextNumber,
      });
      result.set(fullName, created.commits);
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  return result;
}

function createApplication(options: {
  cast: CastDefinition;
  argo: ArgoCd;
  service: ServiceDefinition;
  instance: InstanceDefinition;
  releases: Releases;
  baseUrl: string;
  startedAt: number;
}): ArgoApplication {
  const { cast, service, instance, releases } = options;
  const { labels, annotations, spec } = initialManifest(options);
  return new ArgoApplication({
    name: service.name,
    instance: instance.name,
    environment: instance.environment,
    labels: {
      ...labels,
      environment: instance.environment,
    },
    annotations,
    spec,
    createdAt: firstDeployment(options),
    ...(!service.source &&
      releases.size > 0 && {
        git: {
          repository: repositoryOf(cast, service),
          branch: branchOf(instance.environment),
          manifestPath: manifestPathOf(service),
        },
      }),
    onChange: () => options.argo.instance(instance.name)?.touch(),
  });
}

function initialManifest(options: {
  cast: CastDefinition;
  service: ServiceDefinition;
  instance: InstanceDefinition;
  releases: Releases;
  baseUrl: string;
  startedAt: number;
}): {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  spec: ApplicationSpec;
} {
  const { cast, service, instance, baseUrl } = options;
  const past = pastDeployments(options);
  const targetRevision = past[past.length - 1].revision;
  if (service.source) {
    const source =
      service.source.kind === 'chart'
        ? {
            repoURL: service.source.repoURL,
            chart: service.source.chart,
            targetRevision,
          }
        : {
            repoURL: `${baseUrl}/${repositoryOf(cast, service)}.git`,
            path: pathOf(service),
            targetRevision,
          };
    return {
      labels: { 'ai-operator.enabled': 'true', team: service.owner },
      annotations: {},
      spec: {
        project: projectOf(service),
        source,
        destination: { name: instance.cluster, namespace: service.namespace },
        syncPolicy: { automated: { prune: true, selfHeal: true } },
      },
    };
  }
  return parseApplicationManifest(
    applicationManifest({
      service,
      repoURL: `${baseUrl}/${repositoryOf(cast, service)}.git`,
      targetRevision,
    }),
    service.name,
  );
}

function addWorkloads(options: {
  cast: CastDefinition;
  application: ArgoApplication;
  deployments: Deployments;
  service: ServiceDefinition;
  instance: InstanceDefinition;
  environment: EnvironmentDefinition;
  releases: Releases;
  startedAt: number;
}): void {
  const { application, service, instance, startedAt } = options;
  const past = pastDeployments(options);
  if (options.environment.state === 'progressing') {
    // The newest release has just been synced, and takes its time.
    past[past.length - 1].at = startedAt - MINUTE;
  }
  const workloads = deploymentsOf(service).map(({ name }) => {
    const workload = options.deployments.add({
      key: {
        application: service.name,
        environment: instance.environment,
        cluster: instance.cluster,
        namespace: service.namespace,
        name,
      },
      spec: specOf(options, name, past[0].version),
      createdAt: past[0].at,
      onChange: () => application.workloadChanged(),
    });
    for (const { revision, at, uptime, version } of past) {
      if (uptime !== undefined) {
        workload.setUptime(revision, uptime);
      }
      if (
        options.environment.state === 'progressing' &&
        at > startedAt - HOUR
      ) {
        workload.setBehaviour(revision, {
          kind: 'slow',
          rolloutMs: SLOW_ROLLOUT_MS,
        });
      }
      workload.deploy(at, revision, specOf(options, name, version));
    }
    return workload;
  });
  application.setWorkloads(workloads);
  for (const { revision, at } of past) {
    application.recordDeployment({
      revision,
      deployStartedAt: at - 2_000,
      deployedAt: at,
      spec: withRevision(application.spec, revision),
    });
  }
  application.compare({
    at: startedAt,
    labels: { ...application.labels },
    annotations: { ...application.annotations },
    spec: application.spec,
    revision: past[past.length - 1].revision,
  });
}

function applyState(
  application: ArgoApplication,
  environment: EnvironmentDefinition,
  startedAt: number,
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

/** Deployments of a service in an environment, oldest first; never empty. */
function pastDeployments(options: {
  cast: CastDefinition;
  service: ServiceDefinition;
  instance: InstanceDefinition;
  releases: Releases;
  startedAt: number;
}): PastDeployment[] {
  const { service, instance, releases, startedAt } = options;
  const { source } = service;
  if (source) {
    return [
      {
        revision:
          source.kind === 'chart' ? source.version : fakeRevision(service),
        at: startedAt - 30 * DAY,
        uptime: undefined,
        version: source.kind === 'chart' ? source.version : '1.0.0',
      },
    ];
  }
  const past = historyOf(service).flatMap(commit => {
    const deployment = commit[instance.environment];
    const revision = releases.get(releaseKey(service, commit));
    return deployment && revision
      ? [
          {
            revision,
            at: startedAt - deployment.ageMs,
            uptime: deployment.uptime,
            version: commit.version,
          },
        ]
      : [];
  });
  if (past.length === 0) {
    throw new Error(
      `The cast says ${service.name} runs in ${instance.environment}, but no commit of its history was deployed there`,
    );
  }
  return past;
}

function specOf(
  options: { cast: CastDefinition; service: ServiceDefinition },
  name: string,
  version: string,
): WorkloadSpec {
  const { cast, service } = options;
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
          image: `ghcr.io/${organization}/${name}:${version}`,
          containerPort: 8080,
          readinessProbe: true,
          livenessProbe: true,
        },
      },
    ]),
  );
}

function firstDeployment(
  options: Parameters<typeof pastDeployments>[0],
): number {
  return pastDeployments(options)[0].at;
}

function withRevision(
  spec: ApplicationSpec,
  targetRevision: string,
): ApplicationSpec {
  return spec.source
    ? { ...spec, source: { ...spec.source, targetRevision } }
    : spec;
}

/** A sha for a service without a repository. */
function fakeRevision(service: ServiceDefinition): string {
  return Buffer.from(service.name.padEnd(20, '.').slice(-20)).toString('hex');
}
