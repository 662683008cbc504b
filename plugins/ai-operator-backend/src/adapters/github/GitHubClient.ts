import { GithubCredentialsProvider } from '@backstage/integration';
import { Octokit } from '@octokit/rest';
import { z } from 'zod';
import { OperatorConfig } from '../../config';
import { Clock, PortError } from '../../ports';
import {
  boundedFetch,
  BoundedResponse,
  parseAnswer,
  ReadHeader,
  within,
} from '../http';
import { CallMetrics } from '../types';
import { githubError, graphqlError } from './githubError';
import { Repository } from './repositories';
import { CachedAnswer, ResponseCache } from './responseCache';

/** What one port call does its requests with. */
export interface RequestScope {
  repository: Repository;
  signal: AbortSignal | undefined;
}

/** A successful answer; `data` is not yet checked. */
export interface GitHubAnswer {
  status: number;
  data: unknown;
  header: ReadHeader;
}

const errorShape = z.object({
  status: z.number().int(),
  response: z.object({
    headers: z.record(z.string(), z.unknown()),
    data: z.unknown(),
  }),
});

const graphqlShape = z.object({
  data: z.unknown(),
  errors: z.unknown().optional(),
});

/** Octokit writes to the console unless told where to. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

function headerReader(headers: Record<string, unknown>): ReadHeader {
  return name => {
    const value = headers[name.toLowerCase()];
    return value === undefined || value === null ? undefined : String(value);
  };
}

/** Statuses whose answer has no body, by the standard. */
const NO_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * Requests to GitHub, on behalf of the credentials that `integrations.github`
 * holds for a repository: bounded in time and size, conditional where an earlier
 * answer is known, with the request budget reported. Throws PortError.
 */
export class GitHubClient {
  readonly #octokit = new Octokit({ log: SILENT, userAgent: 'ai-operator' });
  readonly #credentials: GithubCredentialsProvider;
  readonly #config: OperatorConfig['github'];
  readonly #clock: Clock;
  readonly #metrics: CallMetrics;
  readonly #cache: ResponseCache;

  constructor(options: {
    credentials: GithubCredentialsProvider;
    config: OperatorConfig['github'];
    clock: Clock;
    metrics: CallMetrics;
  }) {
    this.#credentials = options.credentials;
    this.#config = options.config;
    this.#clock = options.clock;
    this.#metrics = options.metrics;
    this.#cache = new ResponseCache(options.config.cacheEntries);
  }

  /**
   * One REST request. `route` is one of GitHub's own, such as
   * `GET /repos/{owner}/{repo}/pulls/{pull_number}`; owner and repo are filled in.
   */
  async rest(
    scope: RequestScope,
    route: string,
    parameters: Record<string, unknown> = {},
  ): Promise<GitHubAnswer> {
    const { owner, name, slug } = scope.repository;
    return this.#send(scope, `GitHub ${slug}: ${describe(route, parameters)}`, {
      route,
      parameters: { owner, repo: name, ...parameters },
    });
  }

  /** Like {@link rest}, checked: only the fields of `schema` are looked at. */
  async get<S extends z.ZodType>(
    scope: RequestScope,
    schema: S,
    route: string,
    parameters: Record<string, unknown> = {},
  ): Promise<z.output<S>> {
    const { data } = await this.rest(scope, route, parameters);
    return parseAnswer(
      schema,
      data,
      `GitHub ${scope.repository.slug}: ${describe(route, parameters)}`,
    );
  }

  /** Undefined instead of an error when GitHub says 404. */
  async find<S extends z.ZodType>(
    scope: RequestScope,
    schema: S,
    route: string,
    parameters: Record<string, unknown> = {},
  ): Promise<z.output<S> | undefined> {
    try {
      return await this.get(scope, schema, route, parameters);
    } catch (error) {
      if (error instanceof PortError && error.code === 'NOT_FOUND') {
        return undefined;
      }
      throw error;
    }
  }

  /**
   * All items of a list, up to `maxPages` pages of 100. A longer list is refused
   * where the answer must be complete, and cut off where `whenMore` says so.
   */
  async list<S extends z.ZodType>(
    scope: RequestScope,
    item: S,
    route: string,
    parameters: Record<string, unknown>,
    maxPages: number,
    whenMore: 'refuse' | 'cut' = 'refuse',
  ): Promise<Array<z.output<S>>> {
    const items: Array<z.output<S>> = [];
    for (let page = 1; page <= maxPages; page += 1) {
      const found = await this.get(scope, z.array(item), route, {
        ...parameters,
        per_page: 100,
        page,
      });
      items.push(...found);
      if (found.length < 100) {
        return items;
      }
    }
    if (whenMore === 'refuse') {
      throw new PortError(
        'VALIDATION',
        `GitHub ${scope.repository.slug}: ${describe(
          route,
          parameters,
        )} lists more than ${maxPages * 100} items`,
      );
    }
    return items;
  }

  /** One GraphQL query; owner and name are filled in. */
  async graphql<S extends z.ZodType>(
    scope: RequestScope,
    schema: S,
    query: string,
    variables: Record<string, unknown>,
  ): Promise<z.output<S>> {
    const { owner, name, slug, apiBaseUrl } = scope.repository;
    const operation = /^\s*query\s+(\w+)/.exec(query)?.[1] ?? 'query';
    const asked = `GitHub ${slug}: GraphQL ${operation}`;
    const { data, header } = await this.#send(scope, asked, {
      route: `POST ${graphqlUrl(apiBaseUrl)}`,
      parameters: { query, variables: { owner, name, ...variables } },
    });
    const answer = parseAnswer(graphqlShape, data, asked);
    const error = graphqlError(answer.errors, header, asked, this.#clock.now());
    if (error) {
      throw error;
    }
    return parseAnswer(schema, answer.data, asked);
  }

  async #send(
    scope: RequestScope,
    asked: string,
    request: { route: string; parameters: Record<string, unknown> },
  ): Promise<GitHubAnswer> {
    const { repository, signal } = scope;
    const authorization = await this.#authorization(repository, signal);
    // Octokit rewraps what its fetch throws and loses the cause, so it is kept here.
    let failure: unknown;
    const fetch = async (url: string, init: RequestInit) => {
      try {
        return await this.#fetch(url, init, { asked, signal, repository });
      } catch (error) {
        failure = error;
        throw error;
      }
    };
    try {
      const { status, data, headers } = await this.#octokit.request(
        request.route,
        {
          ...request.parameters,
          baseUrl: repository.apiBaseUrl,
          headers: {
            authorization,
            'x-github-api-version': '2022-11-28',
          },
          request: { fetch, signal },
        },
      );
      const header = headerReader(headers);
      if (status >= 300) {
        throw githubError({
          status,
          data,
          header,
          asked,
          now: this.#clock.now(),
        });
      }
      return { status, data, header };
    } catch (error) {
      throw failure ?? this.#explain(error, asked);
    }
  }

  #explain(error: unknown, asked: string): unknown {
    if (error instanceof PortError) {
      return error;
    }
    const shape = errorShape.safeParse(error);
    if (shape.success) {
      return githubError({
        status: shape.data.status,
        data: shape.data.response.data,
        header: headerReader(shape.data.response.headers),
        asked,
        now: this.#clock.now(),
        cause: error,
      });
    }
    // A 200 whose body does not parse.
    return new PortError(
      'MALFORMED_ANSWER',
      `${asked} answered something that is not JSON`,
      { cause: error },
    );
  }

  async #authorization(
    repository: Repository,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    let token: string | undefined;
    try {
      // For a GitHub App this asks GitHub for a token, without a time limit of its own.
      const credentials = await within(
        this.#credentials.getCredentials({ url: repository.url }),
        {
          timeoutMs: this.#config.requestTimeout,
          signal,
          asked: `GitHub ${repository.slug}: credentials of ${repository.host}`,
        },
      );
      token = credentials.token;
    } catch (cause) {
      if (cause instanceof PortError) {
        throw cause;
      }
      throw new PortError(
        'MISCONFIGURED',
        `GitHub ${repository.slug}: no credentials could be had; check integrations.github for ${repository.host} (is the GitHub App installed there?)`,
        { cause },
      );
    }
    if (!token) {
      throw new PortError(
        'MISCONFIGURED',
        `GitHub ${repository.slug}: no credentials are configured; set a token or an app under integrations.github for ${repository.host}`,
      );
    }
    return `token ${token}`;
  }

  async #fetch(
    url: string,
    init: RequestInit,
    scope: RequestScope & { asked: string },
  ): Promise<Response> {
    const isGet = (init.method ?? 'GET') === 'GET';
    const cached = isGet ? this.#cache.get(url) : undefined;
    const headers = Object.fromEntries(new Headers(init.headers));
    const response = await boundedFetch({
      url,
      method: init.method,
      headers: cached ? { ...headers, 'if-none-match': cached.etag } : headers,
      body: typeof init.body === 'string' ? init.body : undefined,
      timeoutMs: this.#config.requestTimeout,
      maxBytes: this.#config.maxResponseBytes,
      signal: scope.signal,
      asked: scope.asked,
    });
    this.#reportBudget(scope.repository.host, response.headers);
    if (cached && response.status === 304) {
      return fromCache(cached);
    }
    if (isGet && response.status === 200) {
      this.#remember(url, response);
    }
    return new Response(NO_BODY.has(response.status) ? null : response.text, {
      status: response.status,
      headers: withoutEncoding(response.headers),
    });
  }

  #remember(url: string, response: BoundedResponse) {
    const etag = response.headers.get('etag');
    if (etag) {
      this.#cache.set(url, {
        etag,
        text: response.text,
        contentType: response.headers.get('content-type') ?? 'application/json',
        link: response.headers.get('link') ?? undefined,
      });
    }
  }

  #reportBudget(host: string, headers: Headers) {
    const read = (name: string) => Number(headers.get(name) ?? NaN);
    const limit = read('x-ratelimit-limit');
    const remaining = read('x-ratelimit-remaining');
    const reset = read('x-ratelimit-reset');
    if ([limit, remaining, reset].every(Number.isFinite)) {
      this.#metrics.githubBudget?.({
        host,
        resource: headers.get('x-ratelimit-resource') ?? 'core',
        limit,
        remaining,
        resetAt: reset * 1000,
      });
    }
  }
}

function fromCache(cached: CachedAnswer): Response {
  return new Response(cached.text, {
    status: 200,
    headers: {
      'content-type': cached.contentType,
      ...(cached.link ? { link: cached.link } : {}),
    },
  });
}

/** The text is decoded already; its length and encoding are no longer true. */
function withoutEncoding(headers: Headers): Headers {
  const copy = new Headers(headers);
  copy.delete('content-encoding');
  copy.delete('content-length');
  return copy;
}

/** GraphQL's address beside a REST base: `/api/v3` becomes `/api/graphql` on GitHub Enterprise. */
export function graphqlUrl(apiBaseUrl: string): string {
  return /\/api\/v3$/.test(apiBaseUrl)
    ? apiBaseUrl.replace(/\/v3$/, '/graphql')
    : `${apiBaseUrl}/graphql`;
}

/** The route with its parameters filled in, for messages: `GET pulls/42`. */
function describe(route: string, parameters: Record<string, unknown>): string {
  const [method, path] = route.split(' ');
  const filled = path
    .replace('/repos/{owner}/{repo}', '')
    .replace(/\{(\w+)\}/g, (_placeholder, name: string) =>
      String(parameters[name] ?? name),
    );
  return `${method} ${filled.replace(/^\//, '') || 'repository'}`;
}
