import { rootCertificates } from 'tls';
import {
  Client,
  ClientOptions,
  UndiciConnection,
} from '@elastic/elasticsearch';
import { ElasticsearchConfig } from '../../config';
import { Clock } from '../../ports';
import { errorForStatus } from '../http';
import { explainFailure, Failure } from './explainFailure';

/** An answer is short; a page of documents is the longest. */
const MAX_RESPONSE_BYTES = 32 * 1024 * 1024;

/** Given to every call of the client. */
export interface RequestOptions {
  signal: AbortSignal;
  meta: true;
}

export interface ElasticRequest<T> {
  /** What is asked of whom, for messages: `Elasticsearch: index template 'x'`. */
  asked: string;
  signal: AbortSignal | undefined;
  run(
    client: Client,
    options: RequestOptions,
  ): Promise<{ body: T; statusCode?: number }>;
}

interface Connected {
  client: Client;
  /** What went wrong below HTTP last; the client's own errors have only its words. */
  lastFailure(): Error | undefined;
}

/**
 * The official client, made with the first request. It tries nothing twice (the
 * retry table is ours), follows no node list but the configured one, and tells
 * Elastic nothing.
 */
export class ElasticClient {
  readonly #config: ElasticsearchConfig;
  readonly #clock: Clock;
  #connected: Connected | undefined;

  constructor(config: ElasticsearchConfig, clock: Clock) {
    this.#config = config;
    this.#clock = clock;
  }

  /**
   * One request, with a time limit that includes the body.
   *
   * @throws PortError
   */
  async ask<T>(request: ElasticRequest<T>): Promise<T> {
    const { asked, signal } = request;
    const { requestTimeout } = this.#config;
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), requestTimeout);
    try {
      this.#connected ??= connect(this.#config);
      const { client } = this.#connected;
      const { body, statusCode = 200 } = await request.run(client, {
        signal: signal
          ? AbortSignal.any([signal, timeout.signal])
          : timeout.signal,
        meta: true,
      });
      if (statusCode >= 300 && statusCode < 400) {
        // A login page or a moved address: the client would take it for an answer.
        throw errorForStatus({ status: statusCode, asked });
      }
      return body;
    } catch (error) {
      const failure: Failure = {
        error,
        asked,
        isCancelled: signal?.aborted ?? false,
        isOutOfTime: timeout.signal.aborted,
        timeoutMs: requestTimeout,
        lastFailure: this.#connected?.lastFailure(),
        now: this.#clock.now(),
      };
      throw explainFailure(failure, secretsOf(this.#config));
    } finally {
      clearTimeout(timer);
    }
  }
}

function connect(config: ElasticsearchConfig): Connected {
  let latest: Error | undefined;
  class WatchedConnection extends UndiciConnection {
    constructor(...options: ConstructorParameters<typeof UndiciConnection>) {
      super(...options);
      this.pool.on('connectionError', (_origin, _targets, error) => {
        latest = error;
      });
    }
  }
  const client = new Client({
    ...clientOptions(config),
    Connection: WatchedConnection,
  });
  return { client, lastFailure: () => latest };
}

function clientOptions(config: ElasticsearchConfig): ClientOptions {
  const { nodes, cloudId, ca, requestTimeout } = config;
  return {
    ...(cloudId === undefined ? { nodes } : { cloud: { id: cloudId } }),
    ...authOf(config),
    ...(ca !== undefined && { tls: { ca: [...rootCertificates, ca] } }),
    name: 'ai-operator',
    maxRetries: 0,
    // Ours ends a request before this one does.
    requestTimeout: requestTimeout + 1_000,
    maxResponseSize: MAX_RESPONSE_BYTES,
    maxCompressedResponseSize: MAX_RESPONSE_BYTES,
    enableMetaHeader: false,
  };
}

function authOf({ auth }: ElasticsearchConfig): Pick<ClientOptions, 'auth'> {
  switch (auth.kind) {
    case 'apiKey':
      return { auth: { apiKey: auth.apiKey.reveal() } };
    case 'basic':
      return {
        auth: { username: auth.username, password: auth.password.reveal() },
      };
    default:
      return {};
  }
}

/** What must not be in any message, however Elasticsearch or a proxy repeats it. */
function secretsOf({ auth }: ElasticsearchConfig): string[] {
  switch (auth.kind) {
    case 'apiKey': {
      const encoded = auth.apiKey.reveal();
      const decoded = Buffer.from(encoded, 'base64').toString('utf8');
      return [encoded, decoded, decoded.slice(decoded.indexOf(':') + 1)];
    }
    case 'basic':
      return [
        Buffer.from(`${auth.username}:${auth.password.reveal()}`).toString(
          'base64',
        ),
        auth.password.reveal(),
      ];
    default:
      return [];
  }
}
