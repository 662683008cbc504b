import { OperatorConfig } from '../../config';
import { boundedFetch, BoundedResponse } from '../http';
import { CallMetrics } from '../types';
import { RepositoryOwner } from './repositories';
import { RequestBudget, RequestBudgets } from './RequestBudgets';
import { CachedAnswer, ResponseCache } from './responseCache';
import { AnyScope, ownerOf, personalTokenOf } from './scope';

/** Statuses whose answer has no body, by the standard. */
const NO_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * One HTTP exchange with GitHub: bounded in time and size, conditional where an
 * earlier answer is known, its budget figures taken down. What is asked with a
 * person's own token leaves no trace here.
 */
export class Transport {
  readonly #config: OperatorConfig['github'];
  readonly #budgets: RequestBudgets;
  readonly #cache: ResponseCache;

  constructor(config: OperatorConfig['github'], metrics: CallMetrics) {
    this.#config = config;
    this.#budgets = new RequestBudgets(metrics);
    this.#cache = new ResponseCache(config.cacheEntries);
  }

  /** The REST budget of the owner's credentials as last told. */
  budget(owner: RepositoryOwner): RequestBudget | undefined {
    return this.#budgets.latest(owner);
  }

  /** `asked` is what is asked of whom, for messages. @throws PortError for everything that is not an HTTP answer */
  async exchange(
    url: string,
    init: RequestInit,
    scope: AnyScope,
    asked: string,
  ): Promise<Response> {
    const personalToken = personalTokenOf(scope);
    const isShared = personalToken === undefined;
    const isKept = isShared && (init.method ?? 'GET') === 'GET';
    const cached = isKept ? this.#cache.get(url) : undefined;
    const headers = Object.fromEntries(new Headers(init.headers));
    const response = await boundedFetch({
      url,
      method: init.method,
      headers: cached ? { ...headers, 'if-none-match': cached.etag } : headers,
      body: typeof init.body === 'string' ? init.body : undefined,
      timeoutMs: this.#config.requestTimeout,
      maxBytes: this.#config.maxResponseBytes,
      signal: scope.signal,
      asked,
    });
    if (isShared) {
      this.#budgets.report(ownerOf(scope), response.headers);
    }
    if (cached && response.status === 304) {
      return fromCache(cached);
    }
    if (isKept && response.status === 200) {
      this.#remember(url, response);
    }
    const text = personalToken
      ? withoutToken(response.text, personalToken)
      : response.text;
    return new Response(NO_BODY.has(response.status) ? null : text, {
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
}

function fromCache(cached: CachedAnswer): Response {
  return new Response(cached.text, {
    status: 200,
    headers: {
      'content-type': cached.contentType,
      etag: cached.etag,
      ...(cached.link ? { link: cached.link } : {}),
    },
  });
}

/** Whatever the other side or something on the way repeats of a request, a person's token is not in it. */
export function withoutToken(text: string, token: string): string {
  return text.split(token).join('[redacted]');
}

/** The text is decoded already; its length and encoding are no longer true. */
function withoutEncoding(headers: Headers): Headers {
  const copy = new Headers(headers);
  copy.delete('content-encoding');
  copy.delete('content-length');
  return copy;
}
