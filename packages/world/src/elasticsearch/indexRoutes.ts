import { Router } from 'express';
import type { Elasticsearch } from './elasticsearch';
import { badRequest, ElasticError } from './errors';
import { progressOf } from './expiry';
import type { ElasticIndex } from './indices';
import { knownObject, type JsonObject } from './json';
import { renderMapping } from './mapping';
import { route } from './route';
import { INDEX, readable, SELECTION } from './selection';
import { renderSettings } from './settings';

/** Indices themselves. */
export function addIndexRoutes(router: Router, cluster: Elasticsearch): void {
  const look = (
    render: (index: ElasticIndex) => JsonObject,
    wrap: (found: JsonObject) => JsonObject = found => found,
  ) =>
    route(
      cluster,
      [...SELECTION, 'flat_settings', 'include_defaults'],
      asked => ({
        body: wrap(
          Object.fromEntries(
            readable(
              asked,
              'indices:monitor/settings/get',
              'view_index_metadata',
            ).map(index => [index.name, render(index)]),
          ),
        ),
      }),
    );
  const mappings = ({ mapping }: ElasticIndex) => renderMapping(mapping);
  const settings = (index: ElasticIndex) =>
    renderSettings({
      ...index.settings,
      'index.provided_name': index.name,
      'index.creation_date': String(index.createdAt),
      'index.uuid': index.uuid,
    });
  router.get(
    `${INDEX}/_mapping`,
    look(index => ({ mappings: mappings(index) })),
  );
  router.get(
    `${INDEX}/_settings`,
    look(index => ({ settings: settings(index) })),
  );
  router.get(
    `${INDEX}/_ilm/explain`,
    look(
      index => explain(cluster, index),
      indices => ({ indices }),
    ),
  );
  router.head(
    INDEX,
    route(cluster, SELECTION, asked => {
      try {
        readable(asked, 'indices:admin/get', 'view_index_metadata');
        return {};
      } catch (error) {
        if (error instanceof ElasticError && error.status === 404) {
          return { status: 404 };
        }
        throw error;
      }
    }),
  );
  router.get(
    INDEX,
    look(index => ({
      aliases: {},
      mappings: mappings(index),
      settings: settings(index),
    })),
  );
  router.put(
    INDEX,
    route(cluster, SELECTION, ({ params, json, needsIndex }) => {
      needsIndex('indices:admin/create', params.index, 'create_index');
      const body = knownObject(json(), 'create_index', [
        'settings',
        'mappings',
        'aliases',
      ]);
      cluster.createIndex(params.index, body);
      return {
        body: {
          acknowledged: true,
          shards_acknowledged: true,
          index: params.index,
        },
      };
    }),
  );
  router.delete(
    INDEX,
    route(cluster, SELECTION, asked => {
      if (asked.params.index.includes('*')) {
        throw badRequest(
          'illegal_argument_exception',
          'Wildcard expressions or all indices are not allowed',
        );
      }
      const action = 'indices:admin/delete';
      readable(asked, action, 'delete_index').forEach(({ name }) =>
        cluster.indices.delete(name),
      );
      return { body: { acknowledged: true } };
    }),
  );
}

function explain(cluster: Elasticsearch, index: ElasticIndex): JsonObject {
  const policy = index.settings['index.lifecycle.name'];
  if (policy === undefined) {
    return { index: index.name, managed: false };
  }
  const known = cluster.lifecycles.find(policy);
  const since = `${((cluster.now() - index.createdAt) / 86_400_000).toFixed(
    2,
  )}d`;
  return {
    index: index.name,
    managed: true,
    policy,
    index_creation_date_millis: index.createdAt,
    time_since_index_creation: since,
    lifecycle_date_millis: index.createdAt,
    age: since,
    ...(known
      ? progressOf(cluster, index)
      : {
          step: 'ERROR',
          step_info: {
            type: 'illegal_argument_exception',
            reason: `policy [${policy}] does not exist`,
          },
        }),
  };
}
