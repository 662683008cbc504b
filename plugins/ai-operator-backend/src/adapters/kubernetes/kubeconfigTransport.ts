import type { KubeConfig, ObservableMiddleware } from '@kubernetes/client-node';
import { z } from 'zod';
import { PortError } from '../../ports';
import { errorForStatus, networkCodeOf, toPortError } from '../http';
import { KubernetesTransport, rulesReviewOf } from './transport';

type ClientNode = typeof import('@kubernetes/client-node');

interface RequestOptions {
  middlewareMergeStrategy: 'append';
  middleware: ObservableMiddleware[];
}

/** Loads the client library. It is an ES module, so only a dynamic import reaches it. */
export type LoadClientNode = () => Promise<ClientNode>;

export const loadClientNode: LoadClientNode = () =>
  import('@kubernetes/client-node');

const apiException = z.object({ code: z.number().int(), body: z.unknown() });
const statusBody = z.object({ message: z.string() });

/** With our own client: contexts of a kubeconfig file, or the cluster we run in when there is no file. */
export function createKubeconfigTransport(options: {
  kubeconfigPath: string | undefined;
  requestTimeout: number;
  load: LoadClientNode;
}): KubernetesTransport {
  const { kubeconfigPath, requestTimeout, load } = options;
  /** One request with the client for a cluster: bounded in time, its errors in our words. */
  async function send<T>(
    request: {
      cluster: string;
      asked: string;
      signal: AbortSignal | undefined;
    },
    ask: (
      clientNode: ClientNode,
      kubeConfig: KubeConfig,
      options: RequestOptions,
    ) => Promise<T>,
  ): Promise<{ answer: T; date: string | undefined }> {
    const { cluster, asked, signal } = request;
    const clientNode = await load();
    const kubeConfig = readKubeConfig(clientNode, kubeconfigPath, cluster);
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), requestTimeout);
    const bounded = signal
      ? AbortSignal.any([signal, timeout.signal])
      : timeout.signal;
    let date: string | undefined;
    try {
      const answer = await ask(clientNode, kubeConfig, {
        middlewareMergeStrategy: 'append',
        middleware: [
          abortWith(clientNode, bounded, headers => {
            date = headers.date;
          }),
        ],
      });
      return { answer, date };
    } catch (error) {
      throw explain(error, asked, {
        cancelled: signal?.aborted ?? false,
        timedOut: timeout.signal.aborted,
        requestTimeout,
      });
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    async readDeployment({ namespace, name, ...request }) {
      const { answer } = await send(
        request,
        (clientNode, kubeConfig, sendOptions) =>
          kubeConfig
            .makeApiClient(clientNode.AppsV1Api)
            .readNamespacedDeployment({ name, namespace }, sendOptions),
      );
      return answer;
    },
    async reviewRules({ namespace, ...request }) {
      const { answer, date } = await send(
        request,
        (clientNode, kubeConfig, sendOptions) =>
          kubeConfig
            .makeApiClient(clientNode.AuthorizationV1Api)
            .createSelfSubjectRulesReview(
              { body: rulesReviewOf(namespace) },
              sendOptions,
            ),
      );
      return { review: answer, date };
    },
  };
}

function readKubeConfig(
  clientNode: ClientNode,
  path: string | undefined,
  cluster: string,
) {
  const kubeConfig = new clientNode.KubeConfig();
  if (!path) {
    // Where every pod finds its own cluster; the client does not check it.
    if (!process.env.KUBERNETES_SERVICE_HOST) {
      throw new PortError(
        'MISCONFIGURED',
        'We do not run inside a cluster; set aiOperator.kubernetes.kubeconfigPath',
      );
    }
    kubeConfig.loadFromCluster();
    return kubeConfig;
  }
  try {
    // Read for every look, so that rotated credentials are picked up.
    kubeConfig.loadFromFile(path);
  } catch (cause) {
    throw new PortError(
      'MISCONFIGURED',
      `The kubeconfig '${path}' cannot be read (aiOperator.kubernetes.kubeconfigPath)`,
      { cause },
    );
  }
  const contexts = kubeConfig.getContexts().map(context => context.name);
  if (!contexts.includes(cluster)) {
    throw new PortError(
      'MISCONFIGURED',
      `The kubeconfig '${path}' has no context '${cluster}'; it has ${contexts.join(
        ', ',
      )} (aiOperator.kubernetes.clusters)`,
    );
  }
  kubeConfig.setCurrentContext(cluster);
  return kubeConfig;
}

/** The generated client takes a signal only through its request, and shows headers only on the way back: a middleware sees both. */
function abortWith(
  clientNode: ClientNode,
  signal: AbortSignal,
  onHeaders: (headers: Record<string, string>) => void,
) {
  const middleware: ObservableMiddleware = {
    pre(context) {
      context.setSignal(signal);
      return new clientNode.Observable(Promise.resolve(context));
    },
    post(context) {
      onHeaders(context.headers);
      return new clientNode.Observable(Promise.resolve(context));
    },
  };
  return middleware;
}

function explain(
  error: unknown,
  asked: string,
  how: { cancelled: boolean; timedOut: boolean; requestTimeout: number },
): PortError {
  if (how.cancelled) {
    return new PortError('CANCELLED', `${asked} was cancelled`, {
      cause: error,
    });
  }
  if (how.timedOut) {
    return new PortError(
      'TIMEOUT',
      `${asked} did not answer within ${how.requestTimeout} ms`,
      { cause: error },
    );
  }
  const exception = apiException.safeParse(error);
  if (!exception.success) {
    // What is neither an answer nor a network error is the client refusing its configuration.
    return networkCodeOf(error)
      ? toPortError(error, asked)
      : new PortError(
          'MISCONFIGURED',
          `${asked}: the kubeconfig cannot be used: ${
            error instanceof Error ? error.message : String(error)
          }`,
          { cause: error },
        );
  }
  return errorForStatus({
    status: exception.data.code,
    asked,
    because: messageIn(exception.data.body),
    cause: error,
  });
}

/** The client hands over the body as text or parsed, depending on its type. */
function messageIn(body: unknown): string | undefined {
  try {
    const value: unknown = typeof body === 'string' ? JSON.parse(body) : body;
    return statusBody.safeParse(value).data?.message;
  } catch {
    return undefined;
  }
}
