import { z } from 'zod';
import { ArgoInstanceConfig, OperatorConfig } from '../../config';
import {
  ArgoFacts,
  ArgoQuestion,
  Fact,
  fact,
  noFact,
} from '../../core/doctor/facts';
import { CallContext, learn } from '../../ports';
import {
  boundedFetch,
  CallEnvironment,
  callExternal,
  ClockWatch,
  errorForStatus,
  parseAnswer,
  parseJson,
  readRetryAt,
} from '../http';
import { argoMessage } from './argoMessage';
import { ArgoSession } from './session';

/** Rights asked for at the same time. */
const CONCURRENCY = 8;
const MAX_BYTES = 64 * 1024;

const versionSchema = z.object({ Version: z.string() });
/** Argo CD leaves out what is false or empty. */
const sessionSchema = z.object({
  loggedIn: z.boolean().default(false),
  username: z.string().optional(),
});
const rightSchema = z.object({ value: z.enum(['yes', 'no']) });

interface Question<S extends z.ZodType> {
  /** For messages and the audit: `version`, `can-i sync applications`. */
  name: string;
  path: string;
  schema: S;
  isPublic?: boolean;
}

/** One look at one instance. */
class Look {
  readonly watch: ClockWatch;
  readonly #instance: ArgoInstanceConfig;
  readonly #timeoutMs: number;
  readonly #session: ArgoSession;
  readonly #call: CallContext;
  readonly #environment: CallEnvironment;

  constructor(
    instance: ArgoInstanceConfig,
    timeoutMs: number,
    by: { call: CallContext; environment: CallEnvironment },
  ) {
    this.watch = new ClockWatch(by.environment.clock);
    this.#instance = instance;
    this.#timeoutMs = timeoutMs;
    this.#session = new ArgoSession(instance, timeoutMs);
    this.#call = by.call;
    this.#environment = by.environment;
  }

  async ask<S extends z.ZodType>(
    question: Question<S>,
  ): Promise<Fact<z.output<S>>> {
    const { name: instance } = this.#instance;
    const asked = `Argo CD '${instance}': ${question.name}`;
    return learn(
      callExternal(
        {
          name: 'doctor.argocd',
          parameters: { instance, question: question.name },
          call: this.#call,
          environment: this.#environment,
          summarize: answer => answer,
        },
        async ({ signal }) => {
          const token = question.isPublic
            ? undefined
            : await this.#session.token();
          const text = await this.#get(question.path, token, asked, signal);
          return parseAnswer(question.schema, parseJson(text, asked), asked);
        },
      ),
    );
  }

  async #get(
    path: string,
    token: string | undefined,
    asked: string,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    const authorization: Record<string, string> =
      token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await this.watch.timed(
      () =>
        boundedFetch({
          url: `${this.#instance.url}${path}`,
          headers: { accept: 'application/json', ...authorization },
          timeoutMs: this.#timeoutMs,
          maxBytes: MAX_BYTES,
          signal,
          asked,
        }),
      ({ headers }) => headers.get('date') ?? undefined,
    );
    if (response.status === 200) {
      return response.text;
    }
    throw errorForStatus({
      status: response.status,
      asked,
      because: argoMessage(response.text),
      retryAt: readRetryAt(
        name => response.headers.get(name) ?? undefined,
        this.#environment.clock.now(),
      ),
    });
  }
}

/** Looks at Argo CD instances: each look logs in anew, so that it proves the credentials. */
export class ArgoCdDoctor {
  readonly #config: OperatorConfig['argocd'];
  readonly #environment: CallEnvironment;

  constructor(config: OperatorConfig['argocd'], environment: CallEnvironment) {
    this.#config = config;
    this.#environment = environment;
  }

  /** @throws Error for an instance that is not configured */
  async examine(
    { instance, questions }: { instance: string; questions: ArgoQuestion[] },
    call: CallContext,
  ): Promise<ArgoFacts> {
    const config = this.#config.instances.find(({ name }) => name === instance);
    if (!config) {
      throw new Error(`No Argo CD instance is named '${instance}'`);
    }
    const look = new Look(config, this.#config.requestTimeout, {
      call,
      environment: this.#environment,
    });
    const [version, session] = await Promise.all([
      look.ask({
        name: 'version',
        path: '/api/version',
        schema: versionSchema,
        isPublic: true,
      }),
      look.ask({
        name: 'userinfo',
        path: '/api/v1/session/userinfo',
        schema: sessionSchema,
      }),
    ]);
    const mayAsk = session.known && session.value.loggedIn;
    return {
      instance,
      url: config.url,
      version: version.known ? fact(version.value.Version) : version,
      session,
      answers: mayAsk
        ? await askRights(look, questions)
        : questions.map(question => ({
            ...question,
            allowed: noFact(
              'skipped',
              'Its rights were not asked for, because it did not say that it knows us',
            ),
          })),
      clock: look.watch.reading(),
    };
  }
}

async function askRights(
  look: Look,
  questions: ArgoQuestion[],
): Promise<ArgoFacts['answers']> {
  const answers: ArgoFacts['answers'] = [];
  for (let start = 0; start < questions.length; start += CONCURRENCY) {
    const together = questions.slice(start, start + CONCURRENCY);
    answers.push(
      ...(await Promise.all(
        together.map(async question => ({
          ...question,
          allowed: await askRight(look, question),
        })),
      )),
    );
  }
  return answers;
}

async function askRight(
  look: Look,
  { resource, action, object }: ArgoQuestion,
): Promise<Fact<boolean>> {
  const path = [resource, action, ...object.split('/')]
    .map(encodeURIComponent)
    .join('/');
  const answer = await look.ask({
    name: `can-i ${action} ${resource} ${object}`,
    path: `/api/v1/account/can-i/${path}`,
    schema: rightSchema,
  });
  return answer.known ? fact(answer.value.value === 'yes') : answer;
}
