import { PagerConfig } from '../../config';
import { CallContext, PagerPort, PortError } from '../../ports';
import {
  boundedFetch,
  BoundedResponse,
  CallEnvironment,
  callExternal,
  errorForStatus,
  readRetryAt,
  shorten,
} from '../http';

/** For one page, ms. */
const TIMEOUT_MS = 10_000;
const MAX_RESPONSE_BYTES = 64 * 1024;
const SUMMARY_LIMIT = 1_024;
const DETAILS_LIMIT = 10_000;

type Request = Parameters<PagerPort['page']>[0];

/**
 * The built-in pager: one POST of JSON, described in `docs/configuration.md`.
 * Its headers are secrets and appear neither in records nor in errors.
 */
export class PagerWebhook implements PagerPort {
  readonly #config: PagerConfig;
  readonly #environment: CallEnvironment;

  constructor(config: PagerConfig, environment: CallEnvironment) {
    this.#config = config;
    this.#environment = environment;
  }

  async page(request: Request, call: CallContext): Promise<'paged'> {
    const { incident, application, environment, summary, link } = request;
    return callExternal(
      {
        name: 'pager.page',
        parameters: {
          pager: 'webhook',
          ...{ incident, application, environment, summary, link },
        },
        call,
        environment: this.#environment,
        summarize: ({ status }) => ({ result: 'paged', status }),
      },
      async ({ signal }) => this.#post(request, signal),
    ).then(() => 'paged' as const);
  }

  async #post(
    request: Request,
    signal: AbortSignal | undefined,
  ): Promise<BoundedResponse> {
    const asked = `Pager webhook: page about ${request.application}`;
    const response = await boundedFetch({
      url: this.#config.url,
      method: 'POST',
      headers: this.#headers(request.incident),
      body: JSON.stringify(this.#body(request)),
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_RESPONSE_BYTES,
      signal,
      asked,
    });
    if (response.status < 200 || response.status > 299) {
      throw this.#explain(response, asked);
    }
    return response;
  }

  #body(request: Request) {
    const { incident, application, environment, link } = request;
    return {
      event: 'ai-operator.page',
      dedup_key: incident,
      summary: shorten(request.summary, SUMMARY_LIMIT),
      severity: 'critical',
      application,
      environment,
      link,
      details: shorten(request.details, DETAILS_LIMIT),
      sent_at: new Date(this.#environment.clock.now()).toISOString(),
    };
  }

  #headers(incident: string): Record<string, string> {
    const headers = new Headers({ accept: 'application/json' });
    for (const [name, value] of Object.entries(this.#config.headers)) {
      headers.set(name, value.reveal());
    }
    // Set last: these two are what the other side can rely on.
    headers.set('content-type', 'application/json');
    headers.set('idempotency-key', incident);
    return Object.fromEntries(headers.entries());
  }

  #explain(response: BoundedResponse, asked: string): PortError {
    return errorForStatus({
      status: response.status,
      asked,
      because: this.#withoutSecrets(response.text),
      retryAt: readRetryAt(
        name => response.headers.get(name) ?? undefined,
        this.#environment.clock.now(),
      ),
    });
  }

  /** Some services repeat in an error what they were sent. */
  #withoutSecrets(text: string): string {
    return Object.values(this.#config.headers)
      .flatMap(secret => {
        const value = secret.reveal();
        // `Bearer abc` may come back as `abc` alone.
        return [value, value.split(' ').at(-1) ?? value];
      })
      .filter(value => value !== '')
      .reduce((result, value) => result.replaceAll(value, '[secret]'), text);
  }
}
