import { ApplicationKey } from '@ai-operator/backstage-plugin-ai-operator-common';
import { ArgoInstanceConfig, OperatorConfig } from '../../config';
import { ListedApplication } from '../../core/application';
import {
  ApplicationDetails,
  ArgoCdPort,
  CallContext,
  PortError,
} from '../../ports';
import {
  boundedFetch,
  CallEnvironment,
  callExternal,
  errorForStatus,
  parseAnswer,
  parseJson,
  readRetryAt,
} from '../http';
import { argoMessage } from './argoMessage';
import { applicationSchema, toDetails } from './details';
import { LIST_FIELDS_PARAMETER } from './listFields';
import { parseApplicationList } from './parseList';
import { ArgoSession } from './session';

/** Audit names of the calls made here. */
export const ARGOCD_CALLS = [
  'argocd.listApplications',
  'argocd.getApplicationHealth',
] as const;

interface Connection {
  instance: ArgoInstanceConfig;
  session: ArgoSession;
}

/** Argo CD over its REST API: token, or session login with the token kept until it is refused. */
export class HttpArgoCd implements ArgoCdPort {
  readonly #config: OperatorConfig['argocd'];
  readonly #environment: CallEnvironment;
  readonly #connections: Map<string, Connection>;

  constructor(config: OperatorConfig['argocd'], environment: CallEnvironment) {
    this.#config = config;
    this.#environment = environment;
    this.#connections = new Map(
      config.instances.map(instance => [
        instance.name,
        {
          instance,
          session: new ArgoSession(instance, config.requestTimeout),
        },
      ]),
    );
  }

  instances(): Array<{ name: string; url: string }> {
    return this.#config.instances.map(({ name, url }) => ({ name, url }));
  }

  async listApplications(
    instance: string,
    call: CallContext,
  ): Promise<ListedApplication[]> {
    const asked = `Argo CD '${instance}': list of applications`;
    return callExternal(
      {
        name: 'argocd.listApplications',
        parameters: { instance },
        call,
        environment: this.#environment,
        summarize: applications => ({ applications: applications.length }),
      },
      async ({ signal }) => {
        const text = await this.#get(instance, {
          path: `/api/v1/applications?fields=${encodeURIComponent(
            LIST_FIELDS_PARAMETER,
          )}`,
          timeoutMs: this.#config.listTimeout,
          asked,
          signal,
        });
        return parseApplicationList(instance, parseJson(text, asked), asked);
      },
    );
  }

  async getApplication(
    key: ApplicationKey,
    call: CallContext,
  ): Promise<ApplicationDetails> {
    const asked = `Argo CD '${key.instance}': application ${key.namespace}/${key.name}`;
    return callExternal(
      {
        name: 'argocd.getApplicationHealth',
        parameters: { ...key },
        call,
        environment: this.#environment,
        summarize: ({ health, syncStatus, revision }) => ({
          health,
          syncStatus,
          revision,
        }),
      },
      async ({ signal }) => {
        const text = await this.#get(key.instance, {
          path: `/api/v1/applications/${encodeURIComponent(
            key.name,
          )}?appNamespace=${encodeURIComponent(key.namespace)}`,
          timeoutMs: this.#config.requestTimeout,
          asked,
          signal,
          hidesMissing: true,
        });
        const answer = parseAnswer(
          applicationSchema,
          parseJson(text, asked),
          asked,
        );
        return toDetails(key.instance, answer);
      },
    );
  }

  applicationUrl(key: ApplicationKey): string | undefined {
    const connection = this.#connections.get(key.instance);
    return (
      connection &&
      `${connection.instance.url}/applications/${encodeURIComponent(
        key.namespace,
      )}/${encodeURIComponent(key.name)}`
    );
  }

  /** A refused session token is replaced once; a refused configured token is an error. */
  async #get(instance: string, request: GetRequest): Promise<string> {
    const connection = this.#connections.get(instance);
    if (!connection) {
      throw new PortError(
        'MISCONFIGURED',
        `No Argo CD instance is named '${instance}'; known are ${[
          ...this.#connections.keys(),
        ].join(', ')} (argocd.appLocatorMethods)`,
      );
    }
    const token = await connection.session.token();
    try {
      return await this.#getWith(connection.instance, token, request);
    } catch (error) {
      const isRefused =
        error instanceof PortError && error.code === 'UNAUTHENTICATED';
      if (!isRefused || !connection.session.renewable) {
        throw error;
      }
      await connection.session.refused(token);
      const renewed = await connection.session.token();
      return this.#getWith(connection.instance, renewed, request);
    }
  }

  async #getWith(
    instance: ArgoInstanceConfig,
    token: string,
    request: GetRequest,
  ): Promise<string> {
    const { asked, signal, timeoutMs } = request;
    const response = await boundedFetch({
      url: `${instance.url}${request.path}`,
      headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
      timeoutMs,
      maxBytes: this.#config.maxResponseBytes,
      signal,
      asked,
    });
    if (response.status === 200) {
      return response.text;
    }
    // Argo CD says 403 for an application that does not exist, so that names cannot be guessed.
    const isHidden = request.hidesMissing && response.status === 403;
    throw errorForStatus({
      status: response.status,
      code: isHidden ? 'NOT_FOUND' : undefined,
      asked,
      because: isHidden
        ? 'it does not exist, or our account may not see it'
        : argoMessage(response.text),
      retryAt: readRetryAt(
        name => response.headers.get(name) ?? undefined,
        this.#environment.clock.now(),
      ),
    });
  }
}

interface GetRequest {
  path: string;
  timeoutMs: number;
  asked: string;
  signal: AbortSignal | undefined;
  /** 403 may mean that the thing asked for does not exist. */
  hidesMissing?: boolean;
}
