import { GithubCredentialsProvider } from '@backstage/integration';
import { Octokit } from '@octokit/rest';
import { z } from 'zod';
import { OperatorConfig } from '../../config';
import { Clock, PortError } from '../../ports';
import { parseAnswer, ReadHeader } from '../http';
import { CallMetrics } from '../types';
import { authorizationFor } from './credentials';
import { githubError, graphqlError } from './githubError';
import { RepositoryOwner } from './repositories';
import { RequestBudget } from './RequestBudgets';
import { AnyScope, ownerOf, RequestScope, routeStart } from './scope';
import { Transport } from './Transport';

/** A successful answer; `data` is not yet checked. */
export interface GitHubAnswer {
  status: number;
  data: unknown;
  header: ReadHeader;
}

/** An answer and GitHub's tag of exactly this answer: the same tag, the same answer. Undefined where GitHub gives none. */
export interface Tagged<T> {
  value: T;
  tag: string | undefined;
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

/**
 * Requests to GitHub, on behalf of the credentials that `integrations.github`
 * holds for a repository or organisation: bounded in time and size, conditional
 * where an earlier answer is known, with the request budget reported. Throws
 * PortError.
 */
export class GitHubClient {
  readonly #octokit = new Octokit({ log: SILENT, userAgent: 'ai-operator' });
  readonly #credentials: GithubCredentialsProvider;
  readonly #config: OperatorConfig['github'];
  readonly #clock: Clock;
  readonly #transport: Transport;

  constructor(options: {
    credentials: GithubCredentialsProvider;
    config: OperatorConfig['github'];
    clock: Clock;
    metrics: CallMetrics;
  }) {
    this.#credentials = options.credentials;
    this.#config = options.config;
    this.#clock = options.clock;
    this.#transport = new Transport(options.config, options.metrics);
  }

  /** The REST budget of the owner's credentials as last told; never asks. */
  budget(owner: RepositoryOwner): RequestBudget | undefined {
    return this.#transport.budget(owner);
  }

  /**
   * One REST request. `route` is one of GitHub's own, such as
   * `GET /repos/{owner}/{repo}/pulls/{pull_number}`; owner and repo, or org, are
   * filled in.
   */
  async rest(
    scope: AnyScope,
    route: string,
    parameters: Record<string, unknown> = {},
  ): Promise<GitHubAnswer> {
    return this.#send(scope, asking(scope, route, parameters), {
      route,
      parameters: { ...routeStart(scope, route), ...parameters },
    });
  }

  /** Like {@link rest}, checked: only the fields of `schema` are looked at. */
  async get<S extends z.ZodType>(
    scope: AnyScope,
    schema: S,
    route: string,
    parameters: Record<string, unknown> = {},
  ): Promise<z.output<S>> {
    return (await this.getTagged(scope, schema, route, parameters)).value;
  }

  /** Like {@link get}, with the tag of the answer. */
  async getTagged<S extends z.ZodType>(
    scope: AnyScope,
    schema: S,
    route: string,
    parameters: Record<string, unknown> = {},
  ): Promise<Tagged<z.output<S>>> {
    const { data, header } = await this.rest(scope, route, parameters);
    return {
      value: parseAnswer(schema, data, asking(scope, route, parameters)),
      tag: header('etag'),
    };
  }

  /** Undefined instead of an error when GitHub says 404. */
  async find<S extends z.ZodType>(
    scope: AnyScope,
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
    scope: AnyScope,
    item: S,
    route: string,
    parameters: Record<string, unknown>,
    maxPages: number,
    whenMore: 'refuse' | 'cut' = 'refuse',
  ): Promise<Array<z.output<S>>> {
    const { value } = await this.listTagged(
      scope,
      item,
      route,
      parameters,
      maxPages,
      whenMore,
    );
    return value;
  }

  /** Like {@link list}, with one tag for all pages together. */
  async listTagged<S extends z.ZodType>(
    scope: AnyScope,
    item: S,
    route: string,
    parameters: Record<string, unknown>,
    maxPages: number,
    whenMore: 'refuse' | 'cut' = 'refuse',
  ): Promise<Tagged<Array<z.output<S>>>> {
    const items: Array<z.output<S>> = [];
    const tags: Array<string | undefined> = [];
    for (let page = 1; page <= maxPages; page += 1) {
      const { value, tag } = await this.getTagged(scope, z.array(item), route, {
        ...parameters,
        per_page: 100,
        page,
      });
      items.push(...value);
      tags.push(tag);
      if (value.length < 100) {
        return {
          value: items,
          tag: tags.includes(undefined) ? undefined : tags.join(' '),
        };
      }
    }
    if (whenMore === 'refuse') {
      throw new PortError(
        'VALIDATION',
        `${asking(scope, route, parameters)} lists more than ${
          maxPages * 100
        } items`,
      );
    }
    // What was cut off may change without any of these tags changing.
    return { value: items, tag: undefined };
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
    scope: AnyScope,
    asked: string,
    request: { route: string; parameters: Record<string, unknown> },
  ): Promise<GitHubAnswer> {
    const { signal } = scope;
    const authorization = await authorizationFor(
      scope,
      this.#credentials,
      this.#config.requestTimeout,
    );
    // Octokit rewraps what its fetch throws and loses the cause, so it is kept here.
    let failure: unknown;
    const fetch = async (url: string, init: RequestInit) => {
      try {
        return await this.#transport.exchange(url, init, scope, asked);
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
          baseUrl: ownerOf(scope).apiBaseUrl,
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
}

/** GraphQL's address beside a REST base: `/api/v3` becomes `/api/graphql` on GitHub Enterprise. */
export function graphqlUrl(apiBaseUrl: string): string {
  return /\/api\/v3$/.test(apiBaseUrl)
    ? apiBaseUrl.replace(/\/v3$/, '/graphql')
    : `${apiBaseUrl}/graphql`;
}

/** What is asked of whom, for messages: `GitHub my-org/pay: GET pulls/42`. */
function asking(
  scope: AnyScope,
  route: string,
  parameters: Record<string, unknown>,
): string {
  const [method, path] = route.split(' ');
  const filled = path
    .replace(/^\/(repos\/\{owner\}\/\{repo\}|orgs\/\{org\})/, '')
    .replace(/\{(\w+)\}/g, (_placeholder, name: string) =>
      String(parameters[name] ?? name),
    );
  return `GitHub ${ownerOf(scope).slug}: ${method} ${
    filled.replace(/^\//, '') || 'repository'
  }`;
}
