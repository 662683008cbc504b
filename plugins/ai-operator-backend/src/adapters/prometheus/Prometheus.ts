import { ENVIRONMENTS } from '@ai-operator/backstage-plugin-ai-operator-common';
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
import { authorization, errorIn } from './requests';

/** Audit names of the calls made here. */
export const PROMETHEUS_CALLS = ['prometheus.queryUptime'] as const;

/** Of a series: where the workload runs. */
const ENVIRONMENT_LABEL = 'environment';

const MAX_RESPONSE_BYTES = 1024 * 1024;

const answerSchema = z.object({
  status: z.literal('success'),
  data: z.object({
    resultType: z.literal('vector'),
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        value: z.tuple([z.number(), z.string()]),
      }),
    ),
  }),
});

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
        summarize: uptime => ({ uptime: uptime ?? 'no samples' }),
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
    return uptimeIn(
      answer.data.result.map(({ metric, value }) => ({
        environment: metric[ENVIRONMENT_LABEL],
        value: value[1],
      })),
      request.environment,
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

/**
 * One figure from several series; no series, no figure. The same revision may
 * run in staging and in production: series of the other environment do not
 * count, those that name ours (its pods) are averaged. Where a series does not
 * tell, it may be ours: then the lowest is taken, so that nothing is overstated.
 */
function uptimeIn(
  series: Array<{ environment: string | undefined; value: string }>,
  environment: string,
  asked: string,
): number | undefined {
  const shares = series.map(({ value }) => Number(value));
  const odd = shares.findIndex(
    share => !Number.isFinite(share) || share < 0 || share > 1,
  );
  if (odd >= 0) {
    throw new PortError(
      'MALFORMED_ANSWER',
      `${asked} answered '${series[odd].value}' in 'data.result.${odd}.value', which is not a share from 0 to 1; check aiOperator.prometheus.query`,
    );
  }
  const ours = shares.filter(
    (_share, index) => series[index].environment === environment,
  );
  const perhapsOurs = shares.filter((_share, index) => {
    const name = series[index].environment;
    return !ENVIRONMENTS.some(known => known === name);
  });
  const figures = [
    ...(ours.length > 0
      ? [ours.reduce((sum, share) => sum + share, 0) / ours.length]
      : []),
    ...perhapsOurs,
  ];
  return figures.length > 0 ? Math.min(...figures) : undefined;
}
