import { isError } from '@backstage/errors';
import express, { Router, type Request, type Response } from 'express';
import type { WorldClock } from '../clock';
import { DEMO_ACCESS } from '../credentials';
import type { Deployments, Workload } from '../deployments';
import { queryValue } from '../http/handler';
import { stableUid } from '../http/identity';
import { deploymentOf } from './deployments';
import { podsOf } from './pods';
import { replicaSetsOf } from './replicaSets';
import { paginate } from './paginate';
import {
  enforce,
  refuse,
  rulesReview,
  type ClusterPermissions,
} from './permissions';
import { selectionOf, type KubernetesObject } from './selection';
import { sendStatus } from './status';

/** The version the world's answers are modelled on. */
export const KUBERNETES_VERSION = 'v1.34.1';

/** A kind of object the cluster serves. */
interface Resource {
  /** Prefix of its API group, e.g. `/apis/apps/v1`. */
  api: string;
  group: string;
  plural: string;
  kind: string;
  apiVersion: string;
  objects(workload: Workload, now: number): KubernetesObject[];
}

const RESOURCES: readonly Resource[] = [
  {
    api: '/apis/apps/v1',
    group: 'apps',
    plural: 'deployments',
    kind: 'Deployment',
    apiVersion: 'apps/v1',
    objects: (workload, now) => [deploymentOf(workload, now)],
  },
  {
    api: '/apis/apps/v1',
    group: 'apps',
    plural: 'replicasets',
    kind: 'ReplicaSet',
    apiVersion: 'apps/v1',
    objects: replicaSetsOf,
  },
  {
    api: '/api/v1',
    group: '',
    plural: 'pods',
    kind: 'Pod',
    apiVersion: 'v1',
    objects: podsOf,
  },
];

/** The HTTP API of one cluster, to be mounted at its root. */
export function createClusterRouter(options: {
  cluster: string;
  deployments: Deployments;
  permissions: ClusterPermissions;
  clock: WorldClock;
}): Router {
  const { cluster, deployments, permissions, clock } = options;
  const router = Router();
  const workloads = () =>
    (deployments.inCluster(cluster) ?? []).filter(
      workload => !workload.missing,
    );

  router.get(['/healthz', '/livez', '/readyz'], (_request, response) => {
    response.type('text/plain').send('ok');
  });
  router.get('/version', (_request, response) => {
    response.json({
      major: '1',
      minor: '34',
      gitVersion: KUBERNETES_VERSION,
      gitTreeState: 'clean',
      platform: 'linux/amd64',
    });
  });
  router.use((request, response, next) => {
    if (
      request.get('authorization') === `Bearer ${DEMO_ACCESS.kubernetes.token}`
    ) {
      next();
    } else {
      sendStatus(response, 401, 'Unauthorized');
    }
  });
  router.post(
    '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
    express.json({ limit: '10kb' }),
    (request, response) => {
      const namespace: unknown = request.body?.spec?.namespace;
      if (typeof namespace === 'string' && namespace !== '') {
        response.status(201).json(rulesReview(permissions));
      } else {
        sendStatus(response, 400, 'no namespace on request');
      }
    },
  );
  router.use(enforce(permissions));
  router.get('/api/v1/namespaces', (request, response) => {
    const names = [...new Set(workloads().map(({ key }) => key.namespace))];
    sendList(request, response, deployments.version, {
      kind: 'Namespace',
      apiVersion: 'v1',
      objects: names.sort().map(name => namespaceObject(cluster, name)),
    });
  });
  router.get('/api/v1/namespaces/:namespace', (request, response) => {
    const { namespace } = request.params;
    if (workloads().some(({ key }) => key.namespace === namespace)) {
      response.json({
        kind: 'Namespace',
        apiVersion: 'v1',
        ...namespaceObject(cluster, namespace),
      });
    } else {
      sendNotFound(response, 'namespaces', '', namespace);
    }
  });
  for (const resource of RESOURCES) {
    addResource(router, resource, { workloads, deployments, clock });
  }
  router.use(refuse);
  return router;
}

function addResource(
  router: Router,
  resource: Resource,
  world: {
    workloads: () => Workload[];
    deployments: Deployments;
    clock: WorldClock;
  },
): void {
  const { api, plural, group, kind, apiVersion } = resource;
  const objectsIn = (namespace: string | undefined) =>
    world
      .workloads()
      .filter(
        workload =>
          namespace === undefined || workload.key.namespace === namespace,
      )
      .flatMap(workload => resource.objects(workload, world.clock.now()))
      .sort((a, b) => (identity(a) < identity(b) ? -1 : 1));

  router.get(
    [`${api}/${plural}`, `${api}/namespaces/:namespace/${plural}`],
    (request, response) =>
      sendList(request, response, world.deployments.version, {
        kind,
        apiVersion,
        objects: objectsIn(request.params.namespace),
      }),
  );
  router.get(
    [
      `${api}/namespaces/:namespace/${plural}/:name`,
      `${api}/namespaces/:namespace/${plural}/:name/status`,
    ],
    (request, response) => {
      const { namespace, name } = request.params;
      // Every name begins with that of its Deployment: render only those.
      const found = world
        .workloads()
        .filter(
          ({ key }) =>
            key.namespace === namespace &&
            (name === key.name || name.startsWith(`${key.name}-`)),
        )
        .flatMap(workload => resource.objects(workload, world.clock.now()))
        .find(object => object.metadata.name === name);
      if (found) {
        response.json(found);
      } else {
        sendNotFound(response, plural, group, name);
      }
    },
  );
}

function sendList(
  request: Request,
  response: Response,
  version: number,
  list: { kind: string; apiVersion: string; objects: KubernetesObject[] },
): void {
  if (['1', 'true'].includes(queryValue(request, 'watch') ?? '')) {
    sendStatus(
      response,
      400,
      'the simulated cluster does not serve watches; list instead',
    );
    return;
  }
  try {
    const selected = list.objects.filter(selectionOf(request));
    const page = paginate(selected, {
      limit: queryValue(request, 'limit'),
      continueToken: queryValue(request, 'continue'),
    });
    response.json({
      kind: `${list.kind}List`,
      apiVersion: list.apiVersion,
      metadata: {
        resourceVersion: String(1_000_000 + version),
        ...page.metadata,
      },
      // Objects inside a list carry neither kind nor apiVersion.
      items: page.items.map(item => ({
        ...item,
        kind: undefined,
        apiVersion: undefined,
      })),
    });
  } catch (error) {
    sendStatus(response, 400, isError(error) ? error.message : String(error));
  }
}

function namespaceObject(cluster: string, name: string) {
  return {
    metadata: {
      name,
      uid: stableUid('Namespace', cluster, name),
      resourceVersion: '1',
      creationTimestamp: '2024-01-01T00:00:00Z',
      labels: { 'kubernetes.io/metadata.name': name },
    },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  };
}

function sendNotFound(
  response: Response,
  plural: string,
  group: string,
  name: string,
): void {
  const resource = group ? `${plural}.${group}` : plural;
  sendStatus(response, 404, `${resource} "${name}" not found`, {
    name,
    ...(group && { group }),
    kind: plural,
  });
}

function identity(object: KubernetesObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}
