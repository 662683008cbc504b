import { parseEntityRef } from '@backstage/catalog-model';
import type { DiscoveryApi, FetchApi } from '@backstage/core-plugin-api';
import { ForwardedError, ResponseError } from '@backstage/errors';
import {
  applicationListSchema,
  entityApplicationsSchema,
  overviewSchema,
  rollbackDetailSchema,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import type {
  AiOperatorApi,
  ApplicationQuery,
  RequestOptions,
} from './AiOperatorApi';
import { parseAnswer, type AnswerSchema } from './parseAnswer';
import { withTimeout } from './withTimeout';

/** A request that takes longer has failed: the next poll asks again. */
const REQUEST_TIMEOUT_MS = 15_000;

/** {@link AiOperatorApi} over the REST API of the backend plugin. @public */
export class AiOperatorClient implements AiOperatorApi {
  readonly #discoveryApi: DiscoveryApi;
  readonly #fetchApi: FetchApi;

  constructor(options: { discoveryApi: DiscoveryApi; fetchApi: FetchApi }) {
    this.#discoveryApi = options.discoveryApi;
    this.#fetchApi = options.fetchApi;
  }

  async getEntityApplications(entityRef: string, options?: RequestOptions) {
    const { kind, namespace, name } = parseEntityRef(entityRef);
    const path = ['entities', kind, namespace, name, 'applications'];
    return this.#get(path, entityApplicationsSchema, options);
  }

  async listApplications(query: ApplicationQuery, options?: RequestOptions) {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined && value !== '') {
        parameters.set(name, String(value));
      }
    }
    const path = ['applications'];
    return this.#get(path, applicationListSchema, options, parameters);
  }

  async getRollback(correlationId: string, options?: RequestOptions) {
    const path = ['rollbacks', correlationId];
    return this.#get(path, rollbackDetailSchema, options);
  }

  async getOverview(options?: RequestOptions) {
    return this.#get(['overview'], overviewSchema, options);
  }

  async #get<T>(
    segments: string[],
    schema: AnswerSchema<T>,
    options?: RequestOptions,
    parameters?: URLSearchParams,
  ): Promise<T> {
    const baseUrl = await this.#discoveryApi.getBaseUrl('ai-operator');
    const path = `/v1/${segments.map(encodeURIComponent).join('/')}`;
    const query = parameters?.size ? `?${parameters}` : '';
    const timeout = withTimeout(REQUEST_TIMEOUT_MS, options?.signal);
    try {
      const response = await this.#fetchApi.fetch(`${baseUrl}${path}${query}`, {
        signal: timeout.signal,
        headers: { accept: 'application/json' },
      });
      if (!response.ok) {
        throw await ResponseError.fromResponse(response);
      }
      return parseAnswer(path, await readJson(path, response), schema);
    } finally {
      timeout.clear();
    }
  }
}

async function readJson(path: string, response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    throw new ForwardedError(
      `The AI Operator backend answered GET ${path} with something that is not JSON`,
      error,
    );
  }
}
