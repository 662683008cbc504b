import { CallMetrics } from '../types';
import { RepositoryOwner } from './repositories';

/** Requests that may still be made until `resetAt` (ms epoch). */
export interface RequestBudget {
  limit: number;
  remaining: number;
  resetAt: number;
}

/** More owners than this are not told apart: what is known begins anew. */
const MAX_OWNERS = 1_000;

function keyOf({ host, owner }: RepositoryOwner): string {
  return `${host}/${owner}`.toLowerCase();
}

/**
 * What GitHub says in each answer about the requests that are left. Kept by
 * owner, because every installation of an app has a budget of its own; with one
 * token for all of them the figures of the owner asked least lag a little.
 */
export class RequestBudgets {
  readonly #metrics: CallMetrics;
  readonly #core = new Map<string, RequestBudget>();

  constructor(metrics: CallMetrics) {
    this.#metrics = metrics;
  }

  /** Answers without these headers, as of a server that has no limits, change nothing. */
  report(owner: RepositoryOwner, headers: Headers): void {
    const read = (name: string) => Number(headers.get(name) ?? NaN);
    const budget = {
      limit: read('x-ratelimit-limit'),
      remaining: read('x-ratelimit-remaining'),
      resetAt: read('x-ratelimit-reset') * 1000,
    };
    if (!Object.values(budget).every(Number.isFinite)) {
      return;
    }
    const resource = headers.get('x-ratelimit-resource') ?? 'core';
    if (resource === 'core') {
      this.#remember(keyOf(owner), budget);
    }
    this.#metrics.githubBudget?.({ host: owner.host, resource, ...budget });
  }

  /** The REST budget as last told. */
  latest(owner: RepositoryOwner): RequestBudget | undefined {
    return this.#core.get(keyOf(owner));
  }

  #remember(key: string, budget: RequestBudget) {
    if (!this.#core.has(key) && this.#core.size >= MAX_OWNERS) {
      this.#core.clear();
    }
    this.#core.set(key, budget);
  }
}
