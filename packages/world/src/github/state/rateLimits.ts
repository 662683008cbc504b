import { LruMap } from '../../git/lru';

const WINDOW_MS = 3_600_000;
const SEARCH_WINDOW_MS = 60_000;
const MAX_WINDOWS = 4000;

export type RateResource = 'core' | 'graphql' | 'search';

/** A budget as the response headers tell it. */
export interface RateState {
  resource: RateResource;
  limit: number;
  used: number;
  remaining: number;
  /** Epoch seconds. */
  reset: number;
}

interface Window {
  used: number;
  endsAt: number;
}

/** Request budgets per token (or per address without one), in windows of the world clock. */
export class RateLimits {
  readonly #now: () => number;
  readonly #windows = new LruMap<string, Window>(MAX_WINDOWS);
  readonly #secondaryUntil = new LruMap<string, number>(MAX_WINDOWS);

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The budget of `caller`, untouched. */
  look(caller: string, resource: RateResource): RateState {
    return this.#state(caller, resource, this.#window(caller, resource));
  }

  /** Takes `cost`; `allowed` is false, and nothing is taken, when it is not there. */
  take(
    caller: string,
    resource: RateResource,
    cost = 1,
  ): RateState & { allowed: boolean } {
    const window = this.#window(caller, resource);
    const allowed = window.used + cost <= limitOf(caller, resource);
    if (allowed) {
      window.used += cost;
    }
    return { ...this.#state(caller, resource, window), allowed };
  }

  /** Gives `cost` back: the answer was "not modified". */
  refund(caller: string, resource: RateResource, cost = 1): RateState {
    const window = this.#window(caller, resource);
    window.used = Math.max(0, window.used - cost);
    return this.#state(caller, resource, window);
  }

  /** Leaves `remaining` in every budget of the caller; undefined = all of it. */
  set(caller: string, remaining: number | undefined): void {
    for (const resource of ['core', 'graphql', 'search'] as const) {
      const limit = limitOf(caller, resource);
      this.#window(caller, resource).used =
        remaining === undefined
          ? 0
          : Math.max(0, limit - Math.max(0, Math.floor(remaining)));
    }
  }

  setSecondary(caller: string, durationMs: number): void {
    this.#secondaryUntil.set(caller, this.#now() + durationMs);
  }

  /** Milliseconds the caller must still wait for the secondary limit; 0 = none. */
  secondaryWait(caller: string): number {
    return Math.max(0, (this.#secondaryUntil.get(caller) ?? 0) - this.#now());
  }

  #window(caller: string, resource: RateResource): Window {
    const key = `${caller} ${resource}`;
    const now = this.#now();
    let window = this.#windows.get(key);
    if (!window || window.endsAt <= now) {
      window = {
        used: 0,
        endsAt: now + (resource === 'search' ? SEARCH_WINDOW_MS : WINDOW_MS),
      };
      this.#windows.set(key, window);
    }
    return window;
  }

  #state(caller: string, resource: RateResource, window: Window): RateState {
    const limit = limitOf(caller, resource);
    return {
      resource,
      limit,
      used: window.used,
      remaining: Math.max(0, limit - window.used),
      reset: Math.ceil(window.endsAt / 1000),
    };
  }
}

function limitOf(caller: string, resource: RateResource): number {
  const anonymous = caller.startsWith('anonymous ');
  switch (resource) {
    case 'search':
      return anonymous ? 10 : 30;
    case 'graphql':
      return anonymous ? 0 : 5000;
    default:
      return anonymous ? 60 : 5000;
  }
}
