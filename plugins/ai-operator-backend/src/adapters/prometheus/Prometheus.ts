import { z } from 'zod';
import { PrometheusConfig } from '../../config';
import { CallContext, MetricsSourcePort, PortError } from '../../ports';
import {
  boundedFetch,
  BoundedResponse,
  CallEnvironment,
  callExternal,
  errorForStatus,
  parseAnswer,
  parseJson,
  readRetryAt,
} from '../http';
import { renderQuery } from './renderQuery';

/** Audit names of the calls made here. */
export const PROMETHEUS_CALLS = ['prometheus.queryUptime'] as const;

const MAX_RESPONSE_BYTES = 1024 * 1024;

const answerSchema = z.object({
  status: z.literal('success'),
  data: z.object({
    resultType: z.literal('vector'),
    result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })),
  }),
});

const errorSchema = z.object({ error: z.string() });

type UptimeRequest = Parameters<MetricsSourcePort['uptime']>[0];

/** Uptime from Prometheus' instant queries, asked as of the time in question. */
export class Prometheus implements MetricsSourcePort {
  readonly #config: PrometheusConfig | undefined;
  readonly #environment: CallEnvironment;

  constructor(
    config: PrometheusConfig | undefined,
    environment: CallEnvironment,
  ) {
    this.#config = config;
    this.#environment = environment;
  }

  configured(): boolean {
    return this.#config !== undefined;
  }

  async uptime(
    request: UptimeRequest,
    call: CallContext,
  ): Promise<number | undefined> {
    const config = this.#config;
    return callExternal(
      {
        name: 'prometheus.queryUptime',
        parameters: { ...request },
        call,
        environment: this.#environment,
        summarize: uptime => ({ uptime }),
      },
      async ({ signal }) => {
        if (!config) {
          throw new PortError(
            'MISCONFIGURED',
            'No Prometheus is configured; set aiOperator.prometheus.url',
          );
        }
        return this.#query(config, request, signal);
      },
    );
  }

  async #query(
    config: PrometheusConfig,
    request: UptimeRequest,
    signal: AbortSignal | undefined,
  ): Promise<number | undefined> {
    const asked = `Prometheus: uptime of ${request.application} at ${request.revision}`;
    const query = renderQuery(config.query, {
      app: request.application,
      revision: request.revision,
      environment: request.environment,
      windowMs: request.windowMs,
    });
    // POST would also do; GET keeps the question visible in proxies' logs.
    const parameters = new URLSearchParams({
      query,
      time: String(request.at / 1000),
    });
    const response = await boundedFetch({
      url: `${config.url}/api/v1/query?${parameters}`,
      headers: { accept: 'application/json', ...authorization(config.auth) },
      timeoutMs: config.requestTimeout,
      maxBytes: MAX_RESPONSE_BYTES,
      signal,
      asked,
    });
    if (response.status !== 200) {
      throw this.#explain(response, asked);
    }
    const answer = parseAnswer(
      answerSchema,
      parseJson(response.text, asked),
      asked,
    );
    return average(
      answer.data.result.map(series => series.value[1]),
      asked,
    );
  }

  #explain(response: BoundedResponse, asked: string): PortError {
    return errorForStatus({
      status: response.status,
      asked,
      because: errorIn(response.text),
      retryAt: readRetryAt(
        name => response.headers.get(name) ?? undefined,
        this.#environment.clock.now(),
      ),
    });
  }
}

function errorIn(text: string): string | undefined {
  try {
    return errorSchema.safeParse(JSON.parse(text)).data?.error;
  } catch {
    return undefined;
  }
}

function authorization(auth: PrometheusConfig['auth']): Record<string, string> {
  switch (auth.kind) {
    case 'bearer':
      return { authorization: `Bearer ${auth.token.reveal()}` };
    case 'basic': {
      const pair = `${auth.username}:${auth.password.reveal()}`;
      return {
        authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
      };
    }
    default:
      return {};
  }
}

/** One figure from several series (pods); no series, no figure. */
function average(values: string[], asked: string): number | undefined {
  if (values.length === 0) {
    return undefined;
  }
  const numbers = values.map(Number);
  const odd = numbers.findIndex(
    value => !Number.isFinite(value) || value < 0 || value > 1,
  );
  if (odd >= 0) {
    throw new PortError(
      'MALFORMED_ANSWER',
      `${asked} answered '${values[odd]}' in 'data.result.${odd}.value', which is not a share from 0 to 1; check aiOperator.prometheus.query`,
    );
  }
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}
