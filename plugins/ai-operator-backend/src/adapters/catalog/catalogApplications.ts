import { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import { CATALOG_FILTER_EXISTS } from '@backstage/catalog-client';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { ForwardedError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import {
  ARGOCD_ANNOTATIONS,
  EntitySelection,
  readEntitySelection,
} from '../../core/entity';
import { CatalogPort, CatalogSnapshot, Clock } from '../../ports';

export interface CatalogApplicationsOptions {
  catalog: Pick<CatalogService, 'queryEntities'>;
  auth: AuthService;
  clock: Clock;
  logger: LoggerService;
  /** How old the snapshot may become, ms. */
  maxAgeMs?: number;
}

const DEFAULT_MAX_AGE_MS = 60_000;
const PAGE_SIZE = 500;
/** Entities with Argo CD annotations beyond this number are not read; the snapshot says so. */
const MAX_ENTITIES = 20_000;

/** Anything that is true of both annotations: an entity with either is read. */
const FILTER = [ARGOCD_ANNOTATIONS.appName, ARGOCD_ANNOTATIONS.appSelector].map(
  annotation => ({
    [`metadata.annotations.${annotation}`]: CATALOG_FILTER_EXISTS,
  }),
);

/**
 * The catalog's word on which applications belong to whom, read page by page and
 * kept for a minute. While it cannot be read the last word stands, and the
 * snapshot says why it is old.
 */
export class CatalogApplications implements CatalogPort {
  readonly #options: CatalogApplicationsOptions;
  #snapshot: CatalogSnapshot = { generation: 0, selections: [], invalid: [] };
  /** Undefined before the first answer, which always makes a new generation. */
  #selectionsText: string | undefined;
  #triedAt: number | undefined;
  #refreshing: Promise<void> | undefined;

  constructor(options: CatalogApplicationsOptions) {
    this.#options = options;
  }

  snapshot(): CatalogSnapshot {
    return this.#snapshot;
  }

  async refresh(): Promise<void> {
    const { clock, maxAgeMs = DEFAULT_MAX_AGE_MS } = this.#options;
    const isFresh =
      this.#triedAt !== undefined && clock.now() - this.#triedAt < maxAgeMs;
    if (isFresh && !this.#refreshing) {
      return;
    }
    this.#refreshing ??= this.#read().finally(() => {
      this.#refreshing = undefined;
    });
    await this.#refreshing;
  }

  async #read(): Promise<void> {
    const { clock, logger } = this.#options;
    this.#triedAt = clock.now();
    try {
      const { entities, truncated } = await this.#entities();
      this.#take(entities, truncated);
    } catch (error) {
      const failure = new ForwardedError(
        'The software catalog could not be read',
        error,
      );
      if (this.#snapshot.problem === undefined) {
        logger.warn(
          `${failure.message}; the applications it named before stay under watch`,
        );
      }
      this.#snapshot = { ...this.#snapshot, problem: failure.message };
    }
  }

  #take(entities: Entity[], truncated: boolean): void {
    const selections: EntitySelection[] = [];
    const invalid: Array<{ entityRef: string; because: string }> = [];
    for (const entity of entities) {
      const entityRef = stringifyEntityRef(entity);
      const read = readEntitySelection(entityRef, entity.metadata.annotations);
      if (read.result === 'selects') {
        selections.push(read.selection);
      } else if (read.result === 'invalid') {
        invalid.push({ entityRef, because: read.because });
      }
    }
    const text = JSON.stringify(selections);
    this.#snapshot = {
      generation:
        text === this.#selectionsText
          ? this.#snapshot.generation
          : this.#snapshot.generation + 1,
      selections,
      invalid,
      readAt: this.#options.clock.now(),
      problem: truncated
        ? `More than ${MAX_ENTITIES} catalog entities carry Argo CD annotations; the others are left out`
        : undefined,
    };
    this.#selectionsText = text;
  }

  async #entities(): Promise<{ entities: Entity[]; truncated: boolean }> {
    const { auth, catalog } = this.#options;
    const credentials = await auth.getOwnServiceCredentials();
    const entities: Entity[] = [];
    let cursor: string | undefined;
    do {
      const page = await catalog.queryEntities(
        cursor
          ? { cursor, limit: PAGE_SIZE }
          : {
              filter: FILTER,
              fields: [
                'kind',
                'metadata.name',
                'metadata.namespace',
                'metadata.annotations',
              ],
              limit: PAGE_SIZE,
            },
        { credentials },
      );
      entities.push(...page.items);
      cursor = page.pageInfo.nextCursor;
    } while (cursor !== undefined && entities.length < MAX_ENTITIES);
    return { entities, truncated: cursor !== undefined };
  }
}

/** For deployments without a catalog: nobody is opted in by it. */
export const noCatalog: CatalogPort = {
  snapshot: () => ({ generation: 0, selections: [], invalid: [] }),
  refresh: async () => {},
};
