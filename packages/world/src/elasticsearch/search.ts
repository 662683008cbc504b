import type { Elasticsearch } from './elasticsearch';
import { badRequest } from './errors';
import type { ElasticIndex, StoredDocument } from './indices';
import { isObject, wildcardMatches, type JsonObject } from './json';
import { compileQuery } from './query';
import { compare, readAfter, readSort, sortValue, type SortKey } from './sort';

/** `index.max_result_window`. */
const MAX_WINDOW = 10_000;
const KEYS = [
  'query',
  'sort',
  'size',
  'from',
  'search_after',
  '_source',
  'track_total_hits',
  'timeout',
];

interface Hit {
  index: ElasticIndex;
  document: StoredDocument;
  sort: Array<string | number | null>;
}

/** Answers `_search`. @throws ElasticError parsing_exception for what is unknown */
export function search(
  cluster: Elasticsearch,
  indices: readonly ElasticIndex[],
  body: JsonObject,
): JsonObject {
  const unknown = Object.keys(body).find(key => !KEYS.includes(key));
  if (unknown !== undefined) {
    throw badRequest(
      'parsing_exception',
      `Unknown key for a ${
        isObject(body[unknown]) ? 'START_OBJECT' : 'VALUE'
      } in [${unknown}].`,
    );
  }
  const size = wholeNumber(body.size, 10, 'size');
  const from = wholeNumber(body.from, 0, 'from');
  if (from + size > MAX_WINDOW) {
    throw badRequest(
      'illegal_argument_exception',
      `Result window is too large, from + size must be less than or equal to: [${MAX_WINDOW}] but was [${
        from + size
      }].`,
    );
  }
  const keys = readSort(body.sort);
  const hits = matching(cluster, indices, body.query, keys);
  const after = readAfter(body, keys, from);
  const page = hits
    .filter(hit => !after || compare(hit.sort, after, keys) > 0)
    .slice(from, from + size);
  const only = sourceFilter(body._source);
  return {
    took: 1,
    timed_out: false,
    _shards: {
      total: indices.length,
      successful: indices.length,
      skipped: 0,
      failed: 0,
    },
    hits: {
      ...total(hits.length, body.track_total_hits),
      max_score: keys.length || hits.length === 0 ? null : 1,
      hits: page.map(({ index, document, sort }) => ({
        _index: index.name,
        _id: document.id,
        _score: keys.length ? null : 1,
        ...(only && { _source: only(document.source) }),
        ...(keys.length && { sort }),
      })),
    },
  };
}

/** Answers `_count`. */
export function count(
  cluster: Elasticsearch,
  indices: readonly ElasticIndex[],
  body: JsonObject,
): JsonObject {
  const unknown = Object.keys(body).find(key => key !== 'query');
  if (unknown !== undefined) {
    throw badRequest(
      'parsing_exception',
      `request does not support [${unknown}]`,
    );
  }
  return {
    count: matching(cluster, indices, body.query, []).length,
    _shards: {
      total: indices.length,
      successful: indices.length,
      skipped: 0,
      failed: 0,
    },
  };
}

function matching(
  cluster: Elasticsearch,
  indices: readonly ElasticIndex[],
  query: unknown,
  keys: readonly SortKey[],
): Hit[] {
  const hits = indices.flatMap(index => {
    const matches = compileQuery(query ?? { match_all: {} }, index.mapping);
    const read = keys.map(key => sortValue(index, key));
    return cluster
      .searchable(index)
      .filter(({ source }) => matches(source))
      .map(document => ({
        index,
        document,
        sort: read.map(value => value(document)),
      }));
  });
  return keys.length
    ? hits.sort((a, b) => compare(a.sort, b.sort, keys))
    : hits;
}

function total(found: number, track: unknown): JsonObject {
  if (track === false || track === 'false') {
    return {};
  }
  const limit =
    track === true || track === 'true' ? Infinity : Number(track ?? MAX_WINDOW);
  return {
    total: {
      value: Math.min(found, limit),
      relation: found > limit ? 'gte' : 'eq',
    },
  };
}

function sourceFilter(
  value: unknown,
): ((source: JsonObject) => JsonObject) | undefined {
  if (value === false || value === 'false') {
    return undefined;
  }
  if (value === undefined || value === true || value === 'true') {
    return source => source;
  }
  const patterns = [value].flat();
  if (!patterns.every(pattern => typeof pattern === 'string')) {
    throw badRequest('parsing_exception', 'Unknown key in [_source].');
  }
  return source =>
    Object.fromEntries(
      Object.entries(source).filter(([key]) =>
        patterns.some(pattern => wildcardMatches(pattern, key)),
      ),
    );
}

function wholeNumber(value: unknown, fallback: number, name: string): number {
  const number = Number(value ?? fallback);
  if (!Number.isInteger(number) || number < 0) {
    throw badRequest(
      'illegal_argument_exception',
      `[${name}] parameter cannot be negative, found [${String(value)}]`,
    );
  }
  return number;
}
