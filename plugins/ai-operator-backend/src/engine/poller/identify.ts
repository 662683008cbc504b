import { isMonitored, OperatorConfig } from '../../config';
import { resolveEnvironment } from '../../config';
import { resolveSource } from '../../config';
import {
  ApplicationFacts,
  GitSource,
  Known,
  ListedApplication,
} from '../../core';
import { CatalogIndex } from './catalogIndex';

export interface IdentifyOptions {
  config: OperatorConfig;
  /** GitHub slug of a clone URL; undefined for hosts without an integration. */
  slugOf(cloneUrl: string): string | undefined;
}

export interface Identified {
  facts: ApplicationFacts;
  /** Whether label, configuration or catalog ask us to watch it (SPEC §3). */
  isNamed: boolean;
}

/** What the list call and the catalog tell about an application. */
export function identify(
  listed: ListedApplication,
  catalog: CatalogIndex,
  { config, slugOf }: IdentifyOptions,
  now: number,
): Identified {
  const entities = catalog.entitiesOf(listed);
  const optedIn = config.sources.catalog && entities.length > 0;
  return {
    isNamed: optedIn || isMonitored(listed, config),
    facts: {
      key: listed.key,
      project: listed.project,
      environment: resolveEnvironment(listed, config).environment,
      source: sourceOf(
        listed,
        entities.flatMap(entity => entity.repository ?? []),
        { config, slugOf },
        now,
      ),
      destination: {
        cluster: listed.destination.name,
        server: listed.destination.server,
        namespace: listed.destination.namespace,
      },
      labels: listed.labels,
    },
  };
}

/**
 * What the Application itself and the configuration say goes first. Where that
 * is not enough, the one repository its catalog entities name decides.
 */
function sourceOf(
  listed: ListedApplication,
  repositories: string[],
  { config, slugOf }: IdentifyOptions,
  now: number,
): Known<GitSource> {
  const stated = resolveSource(listed, config, slugOf, now);
  const [repository, ...others] = new Set(repositories);
  if (stated.known || repository === undefined || others.length > 0) {
    return stated;
  }
  const withCatalog = resolveSource(
    listed,
    {
      ...config,
      applications: [
        ...config.applications
          .filter(named => named.name === listed.key.name)
          .map(named => ({ repository, ...named })),
        { ...listed.key, repository },
      ],
    },
    slugOf,
    now,
  );
  return withCatalog.known ? withCatalog : stated;
}
