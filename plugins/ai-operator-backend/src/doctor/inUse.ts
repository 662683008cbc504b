import { Environment } from '@ai-operator/backstage-plugin-ai-operator-common';
import { ArgoSample } from '../core/doctor/leastPrivilege';
import {
  Database,
  surveyApplications,
  SurveyedApplication,
} from '../persistence';
import { BranchInUse, ClusterRef } from '../ports';

/** Projects of one Argo CD instance that are asked about; one application stands for each. */
const MAX_PROJECTS = 5;

/** A repository with applications' manifests, and the branches these are on. */
export interface RepositoryInUse {
  repository: string;
  branches: BranchInUse[];
}

/** Where applications run, as Argo CD names it. */
export interface DestinationInUse {
  ref: ClusterRef;
  namespaces: string[];
}

/** What the applications under watch make us speak to. */
export interface InUse {
  /** By Argo CD instance. */
  samples: Map<string, ArgoSample[]>;
  /** Those with production first, then by name. */
  repositories: RepositoryInUse[];
  destinations: DestinationInUse[];
}

class Collector {
  readonly #projects = new Map<string, Map<string, SurveyedApplication>>();
  readonly #namespaces = new Map<string, Set<string>>();
  readonly #repositories = new Map<string, Map<string, Set<Environment>>>();
  readonly #destinations = new Map<
    string,
    { ref: ClusterRef; namespaces: Set<string> }
  >();

  add(application: SurveyedApplication): void {
    const { key, project, environment, repository, branch } = application;
    const projects = entry(this.#projects, key.instance, () => new Map());
    if (!projects.has(project)) {
      projects.set(project, application);
    }
    entry(this.#namespaces, key.instance, () => new Set()).add(key.namespace);
    // Without an environment it is never acted on.
    if (repository !== undefined && branch !== undefined && environment) {
      const branches = entry(this.#repositories, repository, () => new Map());
      entry(branches, branch, () => new Set<Environment>()).add(environment);
    }
    this.#addDestination(application);
  }

  #addDestination({ key, destination }: SurveyedApplication): void {
    const ref: ClusterRef = {
      instance: key.instance,
      server: destination.server,
      name: destination.cluster,
    };
    if (ref.server === undefined && ref.name === undefined) {
      return;
    }
    const id = JSON.stringify([ref.instance, ref.server, ref.name]);
    const { namespaces } = entry(this.#destinations, id, () => ({
      ref,
      namespaces: new Set(),
    }));
    if (destination.namespace !== undefined) {
      namespaces.add(destination.namespace);
    }
  }

  result(): InUse {
    return {
      samples: new Map(
        [...this.#projects].map(([instance, projects]) => [
          instance,
          this.#samplesOf(instance, projects),
        ]),
      ),
      repositories: [...this.#repositories]
        .map(([repository, branches]) => ({
          repository,
          branches: [...branches].map(([branch, environments]) => ({
            branch,
            environments: [...environments].sort(),
          })),
        }))
        .sort(productionFirst),
      destinations: [...this.#destinations.values()].map(
        ({ ref, namespaces }) => ({ ref, namespaces: [...namespaces].sort() }),
      ),
    };
  }

  #samplesOf(
    instance: string,
    projects: Map<string, SurveyedApplication>,
  ): ArgoSample[] {
    const isSpread = (this.#namespaces.get(instance)?.size ?? 0) > 1;
    return [...projects.values()]
      .slice(0, MAX_PROJECTS)
      .map(({ key, project }) => ({
        project,
        name: key.name,
        namespace: isSpread ? key.namespace : undefined,
      }));
  }
}

function hasProduction({ branches }: RepositoryInUse): boolean {
  return branches.some(({ environments }) =>
    environments.includes('production'),
  );
}

function productionFirst(a: RepositoryInUse, b: RepositoryInUse): number {
  const difference = Number(hasProduction(b)) - Number(hasProduction(a));
  return difference || a.repository.localeCompare(b.repository);
}

/** The entry of a key, made when there is none yet. */
function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) {
    return known;
  }
  const made = make();
  map.set(key, made);
  return made;
}

/** Reads all applications under watch. */
export async function readInUse(db: Database): Promise<InUse> {
  const collector = new Collector();
  await surveyApplications(db, application => collector.add(application));
  return collector.result();
}
