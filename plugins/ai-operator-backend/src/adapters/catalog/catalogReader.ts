import { Entity } from '@backstage/catalog-model';
import { ResponseError } from '@backstage/errors';
import {
  CatalogService,
  CatalogServiceRequestOptions,
} from '@backstage/plugin-catalog-node';
import { errorForStatus, toPortError, within } from '../http';

/** Links a User of the catalog to a GitHub login. */
export const LOGIN_ANNOTATION = 'github.com/user-login';

const REQUEST_TIMEOUT_MS = 5_000;
/** Refs in one question; keeps its body far below the catalog's limit. */
const REFS_PER_REQUEST = 200;
/** Logins in one question; they are all in its address. */
const LOGINS_PER_REQUEST = 50;

export type CatalogQuestions = Pick<
  CatalogService,
  'getEntitiesByRefs' | 'queryEntities'
>;

/** The two questions we ask the catalog, in pieces it can take. */
export class CatalogReader {
  readonly #catalog: CatalogQuestions;
  readonly #credentials: CatalogServiceRequestOptions;
  readonly #signal: AbortSignal | undefined;

  constructor(
    catalog: CatalogQuestions,
    credentials: CatalogServiceRequestOptions,
    signal: AbortSignal | undefined,
  ) {
    this.#catalog = catalog;
    this.#credentials = credentials;
    this.#signal = signal;
  }

  async byRefs(refs: string[], fields: string[]): Promise<Entity[]> {
    const entities: Entity[] = [];
    for (const entityRefs of inPieces(refs, REFS_PER_REQUEST)) {
      const { items } = await this.#ask(
        this.#catalog.getEntitiesByRefs(
          {
            entityRefs,
            fields: ['kind', 'metadata.name', 'metadata.namespace', ...fields],
          },
          this.#credentials,
        ),
      );
      entities.push(...items.filter(item => item !== undefined));
    }
    return entities;
  }

  async byLogins(logins: string[]): Promise<Entity[]> {
    const entities: Entity[] = [];
    for (const some of inPieces(logins, LOGINS_PER_REQUEST)) {
      const { items } = await this.#ask(
        this.#catalog.queryEntities(
          {
            filter: {
              kind: 'User',
              [`metadata.annotations.${LOGIN_ANNOTATION}`]: some,
            },
            fields: [
              'kind',
              'metadata.name',
              'metadata.namespace',
              'metadata.annotations',
            ],
            // More are only possible where a login is annotated many times.
            limit: 500,
          },
          this.#credentials,
        ),
      );
      entities.push(...items);
    }
    return entities.filter(({ kind }) => kind.toLowerCase() === 'user');
  }

  async #ask<T>(request: Promise<T>): Promise<T> {
    const asked = 'Reading users and groups from the catalog';
    try {
      return await within(request, {
        timeoutMs: REQUEST_TIMEOUT_MS,
        signal: this.#signal,
        asked,
      });
    } catch (error) {
      throw error instanceof ResponseError
        ? errorForStatus({
            status: error.statusCode,
            asked,
            because: error.body.error.message,
            cause: error,
          })
        : toPortError(error, asked);
    }
  }
}

function inPieces<T>(items: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
