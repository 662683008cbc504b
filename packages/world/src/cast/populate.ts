import type { ArgoCd } from '../argocd';
import type { Deployments } from '../deployments';
import type { GitHubServer } from '../github';
import { createApplication } from './createApplication';
import { repositoryOf } from './files';
import type { Releases } from './pastDeployments';
import { repositoryHistory } from './repositoryHistory';
import type { CastDefinition, ServiceDefinition } from './types';

/** Repositories made at the same time: each is a handful of git processes. */
const PARALLEL = 4;

/** How long before the world begins its other repositories were made. */
const FOUNDED_MS = 365 * 24 * 3_600_000;

/** Fills an empty world: repositories with their past, and what runs now. */
export async function populate(options: {
  cast: CastDefinition;
  github: GitHubServer;
  argo: ArgoCd;
  deployments: Deployments;
  baseUrl: string;
  startedAt: number;
}): Promise<void> {
  const { cast, argo, deployments, baseUrl, startedAt } = options;
  const byRepository = await createRepositories(options);
  await createOtherRepositories(options);
  for (const service of cast.services) {
    const releases = byRepository.get(repositoryOf(cast, service)) ?? new Map();
    for (const instance of cast.instances) {
      const environment = service.environments[instance.environment];
      if (environment) {
        const place = {
          cast,
          service,
          instance,
          environment,
          releases,
          baseUrl,
          startedAt,
        };
        argo
          .instance(instance.name)
          ?.add(createApplication(place, { argo, deployments }));
      }
    }
  }
}

async function createOtherRepositories(options: {
  cast: CastDefinition;
  github: GitHubServer;
  startedAt: number;
}): Promise<void> {
  const { cast, github, startedAt } = options;
  const [founder] = cast.people;
  for (const { name, description } of cast.repositories ?? []) {
    await github.createRepository({
      owner: cast.organization,
      name,
      description,
      history: [
        {
          branch: 'main',
          message: 'Begin',
          author: { name: founder.name, email: founder.email },
          date: startedAt - FOUNDED_MS,
          ci: 'none',
          files: { 'README.md': `# ${name}\n\n${description}.\n` },
        },
      ],
    });
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
        protection: Object.assign(
          {},
          cast.protection,
          ...services.map(service => service.protection),
        ),
        history: commits,
        nextNumber,
      });
      result.set(fullName, created.commits);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return result;
}
