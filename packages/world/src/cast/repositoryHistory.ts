import type { HistoryContent, Identity } from '../git/types';
import type { SeedCommit } from '../github/types';
import {
  applicationManifest,
  foundationFiles,
  manifestPathOf,
  releaseFiles,
} from './files';
import { historyOf } from './history';
import type {
  CastDefinition,
  CommitDefinition,
  Environment,
  ServiceDefinition,
} from './types';

const MINUTE = 60_000;

/** Number the first pull request the world itself sees will get: the seed's example is #42. */
const NEXT_PULL_REQUEST = 42;

interface Happening {
  /** Epoch milliseconds. */
  at: number;
  kind: 'release' | Environment;
  service: ServiceDefinition;
  commit: CommitDefinition;
}

/** Key of a release's commit in the seeded history. */
export function releaseKey(
  service: ServiceDefinition,
  commit: CommitDefinition,
): string {
  return `${service.name}/${commit.key}`;
}

/** Turns happenings into commits, keeping what each branch holds in mind. */
class HistoryWriter {
  readonly commits: SeedCommit[] = [];
  pullRequests = 0;
  readonly #cast: CastDefinition;
  readonly #repoURL: string;
  /** Everything releases have written so far, by path. */
  #code: Record<string, HistoryContent | undefined> = {};
  /** `#code` and the head of staging when a release was made, by release key. */
  readonly #atRelease = new Map<
    string,
    { code: Record<string, HistoryContent | undefined>; head: string }
  >();
  #stagingHead = 'foundation';

  constructor(cast: CastDefinition, repoURL: string) {
    this.#cast = cast;
    this.#repoURL = repoURL;
  }

  found(services: readonly ServiceDefinition[], date: number): void {
    this.commits.push({
      key: 'foundation',
      branch: 'main',
      message: 'Begin',
      author: this.#identity('alice'),
      date,
      ci: 'none',
      files: Object.assign({}, ...services.map(foundationFiles)),
    });
  }

  write(happening: Happening): void {
    switch (happening.kind) {
      case 'release':
        this.#release(happening);
        return;
      case 'staging':
        this.#deploy(happening);
        return;
      default:
        this.#promote(happening);
    }
  }

  #release({ at, service, commit }: Happening): void {
    const files = {
      ...releaseFiles(this.#cast.organization, service, commit.version),
      ...commit.files,
    };
    const key = releaseKey(service, commit);
    this.#code = { ...this.#code, ...files };
    this.pullRequests += 1;
    this.#push({
      key,
      message: commit.message,
      author: this.#identity(commit.author),
      date: at,
      ci: commit.ci ?? 'success',
      files,
      pullRequest: {
        number: this.pullRequests,
        title: commit.message,
        author: commit.author,
        mergedBy: commit.author,
        headBranch: `change/${service.name}-${commit.version}`,
      },
    });
    this.#atRelease.set(key, { code: this.#code, head: key });
  }

  #deploy({ at, service, commit }: Happening): void {
    const release = releaseKey(service, commit);
    const key = `${release}/staging`;
    this.#push({
      key,
      message: `Deploy ${commit.version} to staging`,
      messageWith: sha => `Deploy ${sha(release).slice(0, 7)} to staging`,
      author: this.#identity(commit.author),
      date: at,
      ci: 'success',
      files: this.#manifest(service, release),
    });
    const snapshot = this.#atRelease.get(release);
    if (snapshot) {
      snapshot.head = key;
    }
  }

  /** Merges a release into main, with a manifest that names it. */
  #promote({ at, service, commit }: Happening): void {
    const release = releaseKey(service, commit);
    const snapshot = this.#atRelease.get(release);
    if (!snapshot) {
      throw new Error(`${release} is promoted before it is released`);
    }
    this.pullRequests += 1;
    this.commits.push({
      key: `${release}/production`,
      branch: 'main',
      message: `Promote ${service.name} ${commit.version} to production`,
      author: this.#identity('alice'),
      date: at,
      ci: 'success',
      mergeParents: [snapshot.head],
      files: { ...snapshot.code, ...this.#manifest(service, release) },
      pullRequest: {
        number: this.pullRequests,
        title: `Promotion: ${service.name} ${commit.version} to production`,
        author: commit.author,
        mergedBy: 'alice',
        headBranch: 'staging',
        labels: ['promotion'],
      },
    });
  }

  #push(commit: SeedCommit): void {
    const first = this.#stagingHead === 'foundation';
    this.commits.push({
      ...commit,
      branch: 'staging',
      ...(first && { parent: 'foundation' }),
    });
    this.#stagingHead = commit.key ?? this.#stagingHead;
  }

  #manifest(
    service: ServiceDefinition,
    release: string,
  ): Record<string, HistoryContent> {
    return {
      [manifestPathOf(service)]: sha =>
        applicationManifest({
          service,
          repoURL: this.#repoURL,
          targetRevision: sha(release),
        }),
    };
  }

  #identity(login: string): Identity {
    const person = this.#cast.people.find(other => other.login === login);
    if (!person) {
      throw new Error(`Nobody of the cast has the login '${login}'`);
    }
    return { name: person.name, email: person.email };
  }
}

/**
 * The past of a repository as commits, oldest first: releases and deployments
 * on `staging`, promotions as merges into `main`. A deployment is a commit of
 * its own, because a commit cannot name itself.
 */
export function repositoryHistory(options: {
  cast: CastDefinition;
  services: readonly ServiceDefinition[];
  repoURL: string;
  startedAt: number;
}): { commits: SeedCommit[]; nextNumber: number } {
  const { cast, services, repoURL } = options;
  const happenings = services
    .flatMap(service => happeningsOf(service, options.startedAt))
    .sort((a, b) => a.at - b.at);
  const writer = new HistoryWriter(cast, repoURL);
  writer.found(services, happenings[0].at - 60 * MINUTE);
  for (const happening of happenings) {
    writer.write(happening);
  }
  return {
    commits: writer.commits,
    nextNumber: Math.max(NEXT_PULL_REQUEST, writer.pullRequests + 1),
  };
}

function happeningsOf(
  service: ServiceDefinition,
  startedAt: number,
): Happening[] {
  const deployed = (environment: Environment) =>
    service.environments[environment] !== undefined;
  return historyOf(service).flatMap(commit => [
    { at: startedAt - commit.ageMs, kind: 'release' as const, service, commit },
    ...(['staging', 'production'] as const).flatMap(environment => {
      const deployment = commit[environment];
      return deployment && deployed(environment)
        ? [
            {
              at: startedAt - deployment.ageMs,
              kind: environment,
              service,
              commit,
            },
          ]
        : [];
    }),
  ]);
}
