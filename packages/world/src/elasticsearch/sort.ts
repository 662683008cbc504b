import { badRequest, ElasticError } from './errors';
import type { ElasticIndex, StoredDocument } from './indices';
import { isObject, type JsonObject } from './json';
import { fieldAt } from './mapping';
import { comparable } from './query';
import { valuesAt } from './values';

/** One thing by which hits are put into order. */
export interface SortKey {
  field: string;
  descending: boolean;
  /** An index without the field has no values, instead of an error. */
  mayBeUnmapped: boolean;
}

export function readSort(value: unknown): SortKey[] {
  const given = value === undefined ? [] : [value].flat();
  return given.map(entry => {
    const [field, order, mayBeUnmapped] = sortEntry(entry);
    if (order !== 'asc' && order !== 'desc') {
      throw badRequest(
        'illegal_argument_exception',
        `Unknown SortOrder [${String(order)}]`,
      );
    }
    return { field, descending: order === 'desc', mayBeUnmapped };
  });
}

function sortEntry(entry: unknown): [string, unknown, boolean] {
  if (typeof entry === 'string') {
    const [field, order = 'asc'] = entry.split(':');
    return [field, order, false];
  }
  const [[field, given] = ['', undefined], ...others] = isObject(entry)
    ? Object.entries(entry)
    : [];
  if (!field || others.length > 0) {
    throw badRequest('parsing_exception', '[sort] malformed');
  }
  if (!isObject(given)) {
    return [field, given, false];
  }
  const unknown = Object.keys(given).find(
    key => !['order', 'missing', 'unmapped_type', 'format'].includes(key),
  );
  if (unknown !== undefined) {
    throw badRequest(
      'x_content_parse_exception',
      `[1:1] [field_sort] unknown field [${unknown}]`,
    );
  }
  return [field, given.order ?? 'asc', given.unmapped_type !== undefined];
}

export function sortValue(
  index: ElasticIndex,
  { field: path, mayBeUnmapped }: SortKey,
): (document: StoredDocument) => string | number | null {
  if (path === '_doc') {
    return ({ seqNo }) => seqNo;
  }
  const field = fieldAt(index.mapping, path)?.field;
  if (!field) {
    if (mayBeUnmapped) {
      return () => null;
    }
    throw shardsFailed(`No mapping found for [${path}] in order to sort on`);
  }
  if (field.type === 'text' || field.type === 'object') {
    throw shardsFailed(
      `Fielddata is disabled on [${path}] in [${index.name}]. Text fields are not optimised for operations that require per-document field data like aggregations and sorting, so these operations are disabled by default.`,
    );
  }
  return ({ source }) => {
    const [value] = valuesAt(source, path.split('.'));
    return value === undefined ? null : comparable(field, value);
  };
}

function shardsFailed(reason: string): ElasticError {
  return new ElasticError(
    400,
    'search_phase_execution_exception',
    'all shards failed',
    {
      phase: 'query',
      grouped: true,
      caused_by: { type: 'illegal_argument_exception', reason },
    },
  );
}

/** Absent values come last, whatever the order. */
export function compare(
  a: ReadonlyArray<string | number | null>,
  b: ReadonlyArray<string | number | null>,
  keys: readonly SortKey[],
): number {
  for (const [position, { descending }] of keys.entries()) {
    const [left, right] = [a[position], b[position]];
    if (left !== right) {
      if (left === null || right === null) {
        return left === null ? 1 : -1;
      }
      return left < right === descending ? 1 : -1;
    }
  }
  return 0;
}

export function readAfter(
  body: JsonObject,
  keys: readonly SortKey[],
  from: number,
) {
  const after = body.search_after;
  if (after === undefined) {
    return undefined;
  }
  if (!Array.isArray(after) || after.length !== keys.length) {
    throw badRequest(
      'illegal_argument_exception',
      `search_after has ${
        Array.isArray(after) ? after.length : 0
      } value(s) but sort has ${keys.length}.`,
    );
  }
  if (from > 0) {
    throw badRequest(
      'action_request_validation_exception',
      'Validation Failed: 1: `from` parameter must be set to 0 when `search_after` is used;',
    );
  }
  return after.map(value =>
    typeof value === 'number' ? value : String(value),
  );
}
