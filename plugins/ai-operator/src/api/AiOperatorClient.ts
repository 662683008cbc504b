import { parseEntityRef } from '@backstage/catalog-model';
import type { DiscoveryApi, FetchApi } from '@backstage/core-plugin-api';
import { ForwardedError, ResponseError } from '@backstage/errors';
import {
  applicationListSchema,
  auditListSchema,
  auditStatusSchema,
  auditVerificationSchema,
  commandResultSchema,
  doctorReportSchema,
  entityApplicationsSchema,
  overviewSchema,
  pauseListSchema,
  rollbackDetailSchema,
  type CommandRequest,
  type HumanCommandName,
  type PauseRequest,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import type {
  AiOperatorApi,
  ApplicationQuery,
  AuditQuery,
  AuditVerificationQuery,
  CommandOptions,
  RequestOptions,
} from './AiOperatorApi';
import { parseAnswer, type AnswerSchema } from './parseAnswer';
import { withTimeout } from './withTimeout';

/** A request that takes longer has failed: the next poll asks again. */
const REQUEST_TIMEOUT_MS = 15_000;

/** With a command the backend may submit a review on GitHub, the doctor asks every system, and a verification recomputes many records. */
const LONG_REQUEST_TIMEOUT_MS = 45_000;

/** An export may be long, over a slow line; one that takes longer has failed. */
const EXPORT_TIMEOUT_MS = 10 * 60_000;

/** Takes the person's GitHub token to the backend; never part of an address or a body. */
const GITHUB_TOKEN_HEADER = 'x-ai-operator-github-token';

const COMMAND_PATHS: Record<HumanCommandName, string> = {
  APPROVE: 'approve',
  ABORT: 'abort',
  MANUAL: 'manual',
  RESET: 'reset',
};

interface Call {
  method: 'GET' | 'POST' | 'PUT';
  segments: string[];
  /** Those without a value are left out. */
  parameters?: object;
  body?: unknown;
  headers?: Record<string, string>;
  timeoutMs?: number;
  signal?: AbortSignal;
}

interface JsonCall<T> extends Call {
  schema: AnswerSchema<T>;
}

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
    return this.#call({
      method: 'GET',
      segments: ['entities', kind, namespace, name, 'applications'],
      schema: entityApplicationsSchema,
      ...options,
    });
  }

  async listApplications(query: ApplicationQuery, options?: RequestOptions) {
    return this.#call({
      method: 'GET',
      segments: ['applications'],
      schema: applicationListSchema,
      parameters: query,
      ...options,
    });
  }

  async getRollback(correlationId: string, options?: RequestOptions) {
    return this.#call({
      method: 'GET',
      segments: ['rollbacks', correlationId],
      schema: rollbackDetailSchema,
      ...options,
    });
  }

  async getOverview(options?: RequestOptions) {
    return this.#call({
      method: 'GET',
      segments: ['overview'],
      schema: overviewSchema,
      ...options,
    });
  }

  async command(
    correlationId: string,
    action: HumanCommandName,
    request: CommandRequest,
    options: CommandOptions = {},
  ) {
    const { githubToken, signal } = options;
    return this.#call({
      method: 'POST',
      segments: ['rollbacks', correlationId, COMMAND_PATHS[action]],
      schema: commandResultSchema,
      body: request,
      headers: githubToken ? { [GITHUB_TOKEN_HEADER]: githubToken } : undefined,
      timeoutMs: LONG_REQUEST_TIMEOUT_MS,
      signal,
    });
  }

  async getPauses(options?: RequestOptions) {
    return this.#call({
      method: 'GET',
      segments: ['pause'],
      schema: pauseListSchema,
      ...options,
    });
  }

  async setPause(request: PauseRequest, options?: RequestOptions) {
    return this.#call({
      method: 'PUT',
      segments: ['pause'],
      schema: pauseListSchema,
      body: request,
      ...options,
    });
  }

  async getDoctor(options?: RequestOptions) {
    return this.#call({
      method: 'GET',
      segments: ['doctor'],
      schema: doctorReportSchema,
      timeoutMs: LONG_REQUEST_TIMEOUT_MS,
      ...options,
    });
  }

  async listAudit(query: AuditQuery, options?: RequestOptions) {
    return this.#call({
      method: 'GET',
      segments: ['audit'],
      schema: auditListSchema,
      parameters: query,
      ...options,
    });
  }

  async getAuditStatus(options?: RequestOptions) {
    return this.#call({
      method: 'GET',
      segments: ['audit', 'status'],
      schema: auditStatusSchema,
      ...options,
    });
  }

  async verifyAudit(query: AuditVerificationQuery, options?: RequestOptions) {
    return this.#call({
      method: 'GET',
      segments: ['audit', 'verify'],
      schema: auditVerificationSchema,
      parameters: query,
      timeoutMs: LONG_REQUEST_TIMEOUT_MS,
      ...options,
    });
  }

  async exportAudit(correlationId: string, options?: RequestOptions) {
    return this.#ask(
      {
        method: 'GET',
        segments: ['audit', 'export'],
        parameters: { correlationId },
        headers: { accept: 'application/x-ndjson' },
        timeoutMs: EXPORT_TIMEOUT_MS,
        ...options,
      },
      // The browser keeps what is long on the disk, not in memory.
      async response => response.blob(),
    );
  }

  async #call<T>({ schema, ...call }: JsonCall<T>): Promise<T> {
    return this.#ask(call, async (response, question) =>
      parseAnswer(question, await readJson(question, response), schema),
    );
  }

  /** Within the time limit falls the whole answer, not only its beginning. */
  async #ask<T>(
    call: Call,
    read: (response: Response, question: string) => Promise<T>,
  ): Promise<T> {
    const { method, segments, body } = call;
    const baseUrl = await this.#discoveryApi.getBaseUrl('ai-operator');
    const path = `/v1/${segments.map(encodeURIComponent).join('/')}`;
    const parameters = queryOf(call.parameters);
    const timeout = withTimeout(
      call.timeoutMs ?? REQUEST_TIMEOUT_MS,
      call.signal,
    );
    try {
      const response = await this.#fetchApi.fetch(
        `${baseUrl}${path}${parameters}`,
        {
          method,
          signal: timeout.signal,
          headers: {
            accept: 'application/json',
            ...(body !== undefined && { 'content-type': 'application/json' }),
            ...call.headers,
          },
          body: body === undefined ? undefined : JSON.stringify(body),
        },
      );
      if (!response.ok) {
        throw await ResponseError.fromResponse(response);
      }
      return await read(response, `${method} ${path}`);
    } finally {
      timeout.clear();
    }
  }
}

function queryOf(parameters: object = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== '') query.set(name, String(value));
  }
  return query.size > 0 ? `?${query}` : '';
}

async function readJson(
  question: string,
  response: Response,
): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    throw new ForwardedError(
      `The AI Operator backend answered ${question} with something that is not JSON`,
      error,
    );
  }
}
