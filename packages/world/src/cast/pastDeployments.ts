import { historyOf } from './history';
import { releaseKey } from './repositoryHistory';
import type {
  CastDefinition,
  EnvironmentDefinition,
  InstanceDefinition,
  ServiceDefinition,
} from './types';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Sha of a release by its key; per repository. */
export type Releases = ReadonlyMap<string, string>;

/** An application to be: a service in one environment. */
export interface Place {
  cast: CastDefinition;
  service: ServiceDefinition;
  instance: InstanceDefinition;
  environment: EnvironmentDefinition;
  releases: Releases;
  baseUrl: string;
  /** When the world begins, epoch milliseconds. */
  startedAt: number;
}

/** A deployment of the past, resolved to a commit. */
export interface PastDeployment {
  revision: string;
  /** Epoch milliseconds. */
  at: number;
  /** Share of time (0..1); undefined: as usual. */
  uptime: number | undefined;
  version: string;
}

/** Deployments of a service in an environment, oldest first; never empty. */
export function pastDeployments(place: Place): PastDeployment[] {
  const { service, instance, releases, startedAt } = place;
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
  if (place.environment.state === 'progressing') {
    // The newest release has just been synced, and takes its time.
    past[past.length - 1].at = startedAt - MINUTE;
  }
  return past;
}

/** A sha for a service without a repository. */
function fakeRevision(service: ServiceDefinition): string {
  return Buffer.from(service.name.padEnd(20, '.').slice(-20)).toString('hex');
}
