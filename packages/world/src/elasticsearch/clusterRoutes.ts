import { Router } from 'express';
import { isPrivilege, mayCluster, mayIndex } from './access';
import type { Elasticsearch } from './elasticsearch';
import { badRequest } from './errors';
import { isObject, knownObject, type JsonObject } from './json';
import { noSuchTemplate, renderTemplate } from './templates';
import { route, type Asked } from './route';

/** The cluster itself, its security, templates and lifecycles. */
export function addClusterRoutes(router: Router, cluster: Elasticsearch): void {
  router.get(
    '/',
    route(cluster, [], ({ needsCluster }) => {
      needsCluster('cluster:monitor/main', 'monitor');
      return { body: about(cluster) };
    }),
  );
  router.get(
    '/_cluster/health',
    route(cluster, ['timeout', 'wait_for_status'], ({ needsCluster }) => {
      needsCluster('cluster:monitor/health', 'monitor');
      return { body: health(cluster) };
    }),
  );
  router.get(
    '/_security/_authenticate',
    route(cluster, [], ({ principal }) => {
      const isKey = principal.kind === 'apiKey';
      return {
        body: {
          username: isKey ? 'elastic' : principal.id,
          roles: isKey ? [] : ['superuser'],
          full_name: null,
          email: null,
          metadata: {},
          enabled: true,
          authentication_realm: { name: 'world', type: 'native' },
          lookup_realm: { name: 'world', type: 'native' },
          authentication_type: isKey ? 'api_key' : 'realm',
          ...(isKey && { api_key: { id: principal.id, name: principal.id } }),
        },
      };
    }),
  );
  router.post(
    '/_security/user/_has_privileges',
    route(cluster, [], asked => ({ body: hasPrivileges(asked) })),
  );
  addTemplateRoutes(router, cluster);
  addLifecycleRoutes(router, cluster);
}

function addTemplateRoutes(router: Router, cluster: Elasticsearch): void {
  const path = '/_index_template/:name';
  router.put(
    path,
    route(
      cluster,
      ['create', 'master_timeout', 'cause'],
      ({ needsCluster, params: { name }, query, json }) => {
        needsCluster(
          'indices:admin/index_template/put',
          'manage_index_templates',
        );
        if (query.create === 'true' && cluster.templates.find(name).length) {
          throw badRequest(
            'illegal_argument_exception',
            `index template [${name}] already exists`,
          );
        }
        cluster.templates.put(name, json());
        return { body: { acknowledged: true } };
      },
    ),
  );
  const mayLook = ({ needsCluster }: Asked) =>
    needsCluster(
      'indices:admin/index_template/get',
      'monitor',
      'manage_index_templates',
    );
  router.head(
    path,
    route(cluster, ['local', 'master_timeout'], asked => {
      mayLook(asked);
      const found = cluster.templates.find(asked.params.name);
      return { status: found.length ? 200 : 404 };
    }),
  );
  router.get(
    path,
    route(cluster, ['local', 'master_timeout', 'flat_settings'], asked => {
      mayLook(asked);
      const { name } = asked.params;
      const found = cluster.templates.find(name);
      if (!found.length && !name.includes('*')) {
        throw noSuchTemplate(name);
      }
      return { body: { index_templates: found.map(renderTemplate) } };
    }),
  );
}

function addLifecycleRoutes(router: Router, cluster: Elasticsearch): void {
  const path = '/_ilm/policy/:name';
  const timeouts = ['master_timeout', 'timeout'];
  router.put(
    path,
    route(cluster, timeouts, ({ needsCluster, params, principal, json }) => {
      needsCluster('cluster:admin/ilm/put', 'manage_ilm');
      cluster.lifecycles.put(params.name, json(), {
        now: cluster.now(),
        writtenBy: principal,
      });
      return { body: { acknowledged: true } };
    }),
  );
  router.get(
    path,
    route(cluster, timeouts, ({ needsCluster, params: { name } }) => {
      needsCluster('cluster:admin/ilm/get', 'read_ilm', 'manage_ilm');
      const { version, modifiedAt, policy } = cluster.lifecycles.get(name);
      const uses = (indices: { name: string; settings: object }[]) =>
        indices
          .filter(
            ({ settings }) =>
              Reflect.get(settings, 'index.lifecycle.name') === name,
          )
          .map(each => each.name);
      return {
        body: {
          [name]: {
            version,
            modified_date: new Date(modifiedAt).toISOString(),
            policy,
            in_use_by: {
              indices: uses(cluster.indices.list()),
              data_streams: [],
              composable_templates: uses(cluster.templates.find('*')),
            },
          },
        },
      };
    }),
  );
}

function about({ version, clusterUuid }: Elasticsearch): JsonObject {
  const major = Number(version.split('.')[0]);
  return {
    name: 'world-1',
    cluster_name: 'world',
    cluster_uuid: clusterUuid,
    version: {
      number: version,
      build_flavor: 'default',
      build_type: 'docker',
      build_hash: 'world',
      build_date: '2026-01-01T00:00:00.000000000Z',
      build_snapshot: false,
      lucene_version: `${major + 1}.0.0`,
      minimum_wire_compatibility_version: `${major - 1}.17.0`,
      minimum_index_compatibility_version: `${major - 1}.0.0`,
    },
    tagline: 'You Know, for Search',
  };
}

function health(cluster: Elasticsearch): JsonObject {
  const shards = cluster.indices.list().length;
  return {
    cluster_name: 'world',
    status: 'green',
    timed_out: false,
    number_of_nodes: 1,
    number_of_data_nodes: 1,
    active_primary_shards: shards,
    active_shards: shards,
    relocating_shards: 0,
    initializing_shards: 0,
    unassigned_shards: 0,
    delayed_unassigned_shards: 0,
    number_of_pending_tasks: 0,
    number_of_in_flight_fetch: 0,
    task_max_waiting_in_queue_millis: 0,
    active_shards_percent_as_number: 100,
  };
}

function hasPrivileges({ principal, json }: Asked): JsonObject {
  const wanted = knownObject(json(), 'has_privileges', [
    'cluster',
    'index',
    'application',
  ]);
  const clusterWanted = names(wanted.cluster, 'cluster');
  const cluster = Object.fromEntries(
    clusterWanted.map(name => [name, mayCluster(principal, name)]),
  );
  const index: Record<string, Record<string, boolean>> = {};
  for (const entry of [wanted.index ?? []].flat()) {
    if (!isObject(entry)) {
      throw badRequest('x_content_parse_exception', '[index] malformed');
    }
    const privileges = names(entry.privileges, 'index');
    for (const name of [entry.names].flat().map(String)) {
      index[name] = {
        ...index[name],
        ...Object.fromEntries(
          privileges.map(each => [each, mayIndex(principal, name, each)]),
        ),
      };
    }
  }
  const all = [cluster, ...Object.values(index)].flatMap(Object.values);
  return {
    username: principal.kind === 'apiKey' ? 'elastic' : principal.id,
    has_all_requested: all.every(Boolean),
    cluster,
    index,
    application: {},
  };
}

function names(value: unknown, kind: 'cluster' | 'index'): string[] {
  const given = [value ?? []].flat().map(String);
  const unknown = given.find(name => !isPrivilege(kind, name));
  if (unknown !== undefined) {
    throw badRequest(
      'illegal_argument_exception',
      `unknown ${kind} privilege [${unknown}]`,
    );
  }
  return given;
}
