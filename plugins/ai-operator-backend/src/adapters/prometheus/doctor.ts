import { z } from 'zod';
import { PrometheusConfig } from '../../config';
import { Fact, PrometheusFacts } from '../../core/doctor/facts';
import { CallContext, learn } from '../../ports';
import {
  boundedFetch,
  BoundedResponse,
  CallEnvironment,
  callExternal,
  ClockWatch,
  errorForStatus,
  parseAnswer,
  parseJson,
  readRetryAt,
} from '../http';
import { renderQuery } from './renderQuery';
import { authorization, errorIn } from './requests';

const MAX_BYTES = 256 * 1024;

/** Nobody's application: the question is only whether the query can be answered. */
const NOBODY = {
  app: 'ai-operator-doctor',
  revision: '0'.repeat(40),
  environment: 'staging',
};

const answerSchema = z.object({
  status: z.literal('success'),
  data: z.object({
    resultType: z.literal('vector'),
    result: z.array(z.unknown()),
  }),
});

interface Question<T> {
  /** For messages and the audit. */
  name: string;
  path: string;
  read(response: BoundedResponse, asked: string): T;
}

/** Looks at Prometheus: its page of readiness, and the query that is configured. */
export class PrometheusDoctor {
  readonly #config: PrometheusConfig | undefined;
  readonly #uptimeWindow: number;
  readonly #environment: CallEnvironment;

  /** `uptimeWindow` in ms. */
  constructor(
    config: PrometheusConfig | undefined,
    uptimeWindow: number,
    environment: CallEnvironment,
  ) {
    this.#config = config;
    this.#uptimeWindow = uptimeWindow;
    this.#environment = environment;
  }

  /** Undefined when none is configured. */
  async examine(call: CallContext): Promise<PrometheusFacts | undefined> {
    const config = this.#config;
    if (!config) {
      return undefined;
    }
    const watch = new ClockWatch(this.#environment.clock);
    const query = renderQuery(config.query, {
      ...NOBODY,
      windowMs: this.#uptimeWindow,
    });
    const [ready, series] = await Promise.all([
      this.#ask(config, watch, call, {
        name: 'ready',
        path: '/-/ready',
        // While it reads its log it answers 503.
        read: response =>
          response.status !== 503 && this.#accept(response, 'ready'),
      }),
      this.#ask(config, watch, call, {
        name: 'the configured query',
        path: `/api/v1/query?${new URLSearchParams({ query })}`,
        read: (response, asked) => {
          this.#accept(response, 'the configured query');
          const answer = parseJson(response.text, asked);
          return parseAnswer(answerSchema, answer, asked).data.result.length;
        },
      }),
    ]);
    return { url: config.url, ready, query: series, clock: watch.reading() };
  }

  async #ask<T>(
    config: PrometheusConfig,
    watch: ClockWatch,
    call: CallContext,
    question: Question<T>,
  ): Promise<Fact<T>> {
    const asked = askingFor(question.name);
    return learn(
      callExternal(
        {
          name: 'doctor.prometheus',
          parameters: { question: question.name },
          call,
          environment: this.#environment,
          summarize: answer => answer,
        },
        async ({ signal }) => {
          const response = await watch.timed(
            () =>
              boundedFetch({
                url: `${config.url}${question.path}`,
                headers: authorization(config.auth),
                timeoutMs: config.requestTimeout,
                maxBytes: MAX_BYTES,
                signal,
                asked,
              }),
            ({ headers }) => headers.get('date') ?? undefined,
          );
          return question.read(response, asked);
        },
      ),
    );
  }

  /** @throws PortError for every status but 200 */
  #accept(response: BoundedResponse, name: string): true {
    if (response.status === 200) {
      return true;
    }
    throw errorForStatus({
      status: response.status,
      asked: askingFor(name),
      because: errorIn(response.text),
      retryAt: readRetryAt(
        header => response.headers.get(header) ?? undefined,
        this.#environment.clock.now(),
      ),
    });
  }
}

function askingFor(name: string): string {
  return `Prometheus: ${name}`;
}
