import { Router } from 'express';
import { bulk } from './bulk';
import type { Elasticsearch } from './elasticsearch';
import { route } from './route';
import { count, search } from './search';
import { INDEX, readable, SELECTION } from './selection';

/** Documents: writing, reading, finding them. */
export function addDocumentRoutes(
  router: Router,
  cluster: Elasticsearch,
): void {
  router.post(
    ['/_bulk', `${INDEX}/_bulk`],
    route(
      cluster,
      ['refresh', 'timeout', 'require_alias', 'wait_for_active_shards'],
      ({ principal, text, params, query, needsIndex }) => {
        if (!principal.rights.indices.some(canWrite)) {
          needsIndex(
            'indices:data/write/bulk',
            params.index ?? '',
            'create_doc',
          );
        }
        return {
          body: bulk(cluster, principal, text, {
            index: params.index,
            refresh: ['true', 'wait_for'].includes(query.refresh),
          }),
        };
      },
    ),
  );
  const parameters = [
    ...SELECTION,
    'size',
    'from',
    'sort',
    '_source',
    'track_total_hits',
    'allow_partial_search_results',
    'typed_keys',
  ];
  const answerSearch = route(cluster, parameters, asked => {
    const { size, from, sort, _source, track_total_hits: track } = asked.query;
    const given = {
      ...(size !== undefined && { size }),
      ...(from !== undefined && { from }),
      ...(sort !== undefined && { sort: sort.split(',') }),
      ...(_source !== undefined && { _source: sourceOf(_source) }),
      ...(track !== undefined && { track_total_hits: track }),
      ...asked.json(),
    };
    return {
      body: search(cluster, readable(asked, 'indices:data/read/search'), given),
    };
  });
  for (const path of ['/_search', `${INDEX}/_search`]) {
    router.route(path).get(answerSearch).post(answerSearch);
  }
  const answerCount = route(cluster, SELECTION, asked => ({
    body: count(
      cluster,
      readable(asked, 'indices:data/read/count'),
      asked.json(),
    ),
  }));
  router.route(`${INDEX}/_count`).get(answerCount).post(answerCount);
  router.post(
    `${INDEX}/_refresh`,
    route(cluster, SELECTION, asked => {
      const indices = readable(asked, 'indices:admin/refresh', 'maintenance');
      indices.forEach(index => cluster.refresh(index));
      const shards = indices.length;
      return {
        body: { _shards: { total: shards, successful: shards, failed: 0 } },
      };
    }),
  );
  addSingleDocuments(router, cluster);
}

function addSingleDocuments(router: Router, cluster: Elasticsearch): void {
  router.get(
    `${INDEX}/_doc/:id`,
    route(cluster, ['refresh', 'realtime'], asked => {
      const { id } = asked.params;
      const [index] = readable(asked, 'indices:data/read/get');
      const found = index?.documents.get(id);
      return {
        status: found ? 200 : 404,
        body: {
          _index: asked.params.index,
          _id: id,
          ...(found && {
            _version: found.version,
            _seq_no: found.seqNo,
            _primary_term: 1,
          }),
          found: found !== undefined,
          ...(found && { _source: found.source }),
        },
      };
    }),
  );
  router.put(
    `${INDEX}/_doc/:id`,
    route(
      cluster,
      ['refresh'],
      ({ params: { index, id }, json, needsIndex }) => {
        needsIndex('indices:data/write/index', index, 'index');
        const { document, created } = cluster.write({
          kind: 'index',
          index,
          id,
          source: json(),
          refresh: true,
        });
        return {
          status: created ? 201 : 200,
          body: {
            _index: index,
            _id: id,
            _version: document.version,
            result: created ? 'created' : 'updated',
          },
        };
      },
    ),
  );
  router.delete(
    `${INDEX}/_doc/:id`,
    route(cluster, ['refresh'], asked => {
      const { id } = asked.params;
      const [index] = readable(asked, 'indices:data/write/delete', 'delete');
      const deleted = index?.documents.delete(id) ?? false;
      return {
        status: deleted ? 200 : 404,
        body: { _id: id, result: deleted ? 'deleted' : 'not_found' },
      };
    }),
  );
}

function canWrite({ privileges }: { privileges: string[] }): boolean {
  return privileges.some(each =>
    ['create_doc', 'create', 'index', 'write', 'all'].includes(each),
  );
}

function sourceOf(text: string): boolean | string[] {
  return text === 'true' || text === 'false'
    ? text === 'true'
    : text.split(',');
}
