import { AuthService, DiscoveryService } from '@backstage/backend-plugin-api';
import { z } from 'zod';
import { Clock, PortError } from '../../ports';
import {
  boundedFetch,
  BoundedResponse,
  errorForStatus,
  parseJson,
  readRetryAt,
} from '../http';
import { KubernetesTransport, rulesReviewOf } from './transport';

const PLUGIN_ID = 'kubernetes';
const CLUSTER_HEADER = 'backstage-kubernetes-cluster';
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
const RULES_REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews';

/** An error of the Kubernetes API server itself. */
const kubernetesError = z.object({
  kind: z.literal('Status'),
  message: z.string(),
});

/** An error of Backstage, before any cluster was reached. */
const backstageError = z.object({
  error: z.object({ name: z.string(), message: z.string() }),
});

/** Through the kubernetes plugin's proxy, which knows clusters and their credentials. */
export function createProxyTransport(options: {
  discovery: DiscoveryService;
  auth: AuthService;
  clock: Clock;
  requestTimeout: number;
}): KubernetesTransport {
  const { discovery, auth, clock, requestTimeout } = options;
  /** `body` absent: it reads. Answers of other statuses than 200 and 201 are errors. */
  async function send(request: {
    cluster: string;
    path: string;
    body?: unknown;
    asked: string;
    signal: AbortSignal | undefined;
  }): Promise<BoundedResponse> {
    const { cluster, path, body, asked, signal } = request;
    const baseUrl = await discovery.getBaseUrl(PLUGIN_ID);
    const { token } = await auth.getPluginRequestToken({
      onBehalfOf: await auth.getOwnServiceCredentials(),
      targetPluginId: PLUGIN_ID,
    });
    const response = await boundedFetch({
      url: `${baseUrl}/proxy${path}`,
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        [CLUSTER_HEADER]: cluster,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      timeoutMs: requestTimeout,
      maxBytes: MAX_ANSWER_BYTES,
      signal,
      asked,
    });
    if (response.status === 200 || response.status === 201) {
      return response;
    }
    throw explain(response, cluster, asked, clock);
  }

  return {
    async readDeployment({ cluster, namespace, name, asked, signal }) {
      const path = `/apis/apps/v1/namespaces/${encodeURIComponent(
        namespace,
      )}/deployments/${encodeURIComponent(name)}`;
      const { text } = await send({ cluster, path, asked, signal });
      return parseJson(text, asked);
    },
    async reviewRules({ cluster, namespace, asked, signal }) {
      const { text, headers } = await send({
        cluster,
        path: RULES_REVIEWS,
        body: rulesReviewOf(namespace),
        asked,
        signal,
      });
      return {
        review: parseJson(text, asked),
        date: headers.get('date') ?? undefined,
      };
    },
  };
}

function explain(
  response: BoundedResponse,
  cluster: string,
  asked: string,
  clock: Clock,
): PortError {
  const body = parseLeniently(response.text);
  const retryAt = readRetryAt(
    name => response.headers.get(name) ?? undefined,
    clock.now(),
  );
  const fromKubernetes = kubernetesError.safeParse(body);
  if (fromKubernetes.success) {
    return errorForStatus({
      status: response.status,
      asked,
      because: fromKubernetes.data.message,
      retryAt,
    });
  }
  const fromBackstage = backstageError.safeParse(body).data?.error;
  if (response.status === 404) {
    return new PortError(
      'MISCONFIGURED',
      `${asked}: the kubernetes plugin is not installed, or does not know cluster '${cluster}'${
        fromBackstage ? ` (${fromBackstage.message})` : ''
      }; check kubernetes.clusterLocatorMethods and aiOperator.kubernetes`,
    );
  }
  return errorForStatus({
    status: response.status,
    asked,
    because:
      fromBackstage &&
      `the kubernetes plugin says ${fromBackstage.name}: ${fromBackstage.message}`,
    retryAt,
  });
}

function parseLeniently(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
