import { type Request } from 'express';
import { type ZodType } from 'zod';
import { ApiError, notFound } from '../domain/apiError';
import { type Account, permits, weakest } from '../state/model';
import { type RepositoryState } from '../state/repository';
import { type GitHubState } from '../state/state';
import { type Token } from '../state/tokens';
import { type Permission } from '../types';

/** Who calls: an account through a token. */
export interface Viewer {
  account: Account;
  token: Token;
}

/** What an endpoint answers. */
export interface Reply {
  /** Default 200. */
  status?: number;
  /** JSON; absent = empty body. */
  body?: unknown;
  /** Sent instead of `body`. */
  raw?: { content: Buffer; type: string };
  headers?: Record<string, string>;
}

/** A request to the REST API, with what endpoints need from it. */
export class Call {
  readonly state: GitHubState;
  readonly request: Request;
  readonly viewer: Viewer | undefined;

  constructor(
    state: GitHubState,
    request: Request,
    viewer: Viewer | undefined,
  ) {
    this.state = state;
    this.request = request;
    this.viewer = viewer;
  }

  /** A path parameter, decoded. */
  param(name: string): string {
    return this.request.params[name] ?? '';
  }

  /** A numeric path parameter. @throws ApiError 404 when it is none */
  number(name: string): number {
    const value = this.param(name);
    if (!/^\d{1,15}$/.test(value)) {
      throw notFound();
    }
    return Number(value);
  }

  /** A query parameter given once and not empty. */
  query(name: string): string | undefined {
    const value = this.request.query[name];
    const first = Array.isArray(value) ? value[0] : value;
    return typeof first === 'string' && first !== '' ? first : undefined;
  }

  /** A time in the query, epoch milliseconds. */
  timeQuery(name: string): number | undefined {
    const value = this.query(name);
    const time = value === undefined ? undefined : Date.parse(value);
    return time === undefined || Number.isNaN(time) ? undefined : time;
  }

  /** The JSON body. @throws ApiError 422 naming what is wrong */
  body<T>(schema: ZodType<T>): T {
    const result = schema.safeParse(this.request.body ?? {});
    if (!result.success) {
      const problems = result.error.issues.map(
        issue => `"${issue.path.join('.') || 'body'}": ${issue.message}`,
      );
      throw new ApiError(422, `Invalid request.\n\n${problems.join('\n')}`);
    }
    return result.data;
  }

  /** @throws ApiError 401 without a token */
  signedIn(): Viewer {
    if (!this.viewer) {
      throw new ApiError(401, 'Requires authentication');
    }
    return this.viewer;
  }

  /** What the caller may do in a repository, by account and token together. */
  permission(repository: RepositoryState): Permission {
    return viewerPermission(this.state, repository, this.viewer);
  }

  /**
   * The repository of the path, if the caller may do that much in it.
   *
   * @throws ApiError 404 when there is none to see, 401 and 403 when seeing is all that is allowed
   */
  repository(needed: Permission = 'pull'): RepositoryState {
    const repository = this.state.find(
      `${this.param('owner')}/${this.param('repo')}`,
    );
    const held = repository ? this.permission(repository) : 'none';
    if (!repository || !permits(held, 'pull')) {
      throw notFound();
    }
    if (!permits(held, needed)) {
      this.refuse(needed);
    }
    return repository;
  }

  refuse(needed: Permission): never {
    const { token, account } = this.signedIn();
    if (account.type === 'Bot') {
      throw new ApiError(403, 'Resource not accessible by integration');
    }
    if (needed === 'admin') {
      throw new ApiError(403, 'Must have admin rights to Repository.');
    }
    if (!token.scopes.includes('repo')) {
      throw notFound();
    }
    throw new ApiError(403, 'You must have push access to this repository.');
  }
}

/** What somebody may do in a repository, by account and token together. */
export function viewerPermission(
  state: GitHubState,
  repository: RepositoryState,
  viewer: Viewer | undefined,
): Permission {
  if (!viewer) {
    return repository.private ? 'none' : 'pull';
  }
  const { account, token } = viewer;
  const held = weakest(
    state.accounts.permission(account.login, repository.owner),
    token.maxPermission,
  );
  const scoped =
    token.scopes.includes('repo') ||
    (!repository.private && token.scopes.includes('public_repo'));
  if (scoped) {
    return repository.private || permits(held, 'pull') ? held : 'pull';
  }
  return repository.private ? 'none' : 'pull';
}
