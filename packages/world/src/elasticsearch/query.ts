import { badRequest, type ElasticError } from './errors';
import { isObject, type JsonObject } from './json';
import { fieldAt, type Field, type Mapping } from './mapping';
import { dateOf, tokens, valuesAt } from './values';

/** Whether a document, as its source, is meant. */
export type Matcher = (source: JsonObject) => boolean;

type Compile = (body: unknown, mapping: Mapping) => Matcher;

const QUERIES: Readonly<Record<string, Compile>> = {
  match_all: () => () => true,
  match_none: () => () => false,
  term: (body, mapping) => {
    const { path, value } = oneField('term', body, ['value', 'boost']);
    return matchValues(mapping, path, [value]);
  },
  terms: (body, mapping) => {
    const [path, values] = onlyEntry('terms', body);
    if (!Array.isArray(values)) {
      throw refused('[terms] query requires an array of terms');
    }
    return matchValues(mapping, path, values);
  },
  match: (body, mapping) => {
    const { path, value, operator } = oneField('match', body, [
      'query',
      'operator',
      'boost',
    ]);
    const found = fieldAt(mapping, path);
    if (found?.field.type !== 'text') {
      return matchValues(mapping, path, [value]);
    }
    const wanted = tokens(value);
    return source => {
      const words = new Set(valuesAt(source, path.split('.')).flatMap(tokens));
      const has = (word: string) => words.has(word);
      return String(operator).toLowerCase() === 'and'
        ? wanted.every(has)
        : wanted.some(has);
    };
  },
  range: (body, mapping) => {
    const [path, limits] = onlyEntry('range', body);
    const known = ['gt', 'gte', 'lt', 'lte', 'format', 'boost'];
    if (!isObject(limits)) {
      throw refused(
        '[range] query malformed, no start_object after query name',
      );
    }
    const unknown = Object.keys(limits).find(key => !known.includes(key));
    if (unknown !== undefined) {
      throw refused(`[range] query does not support [${unknown}]`);
    }
    return rangeMatcher(mapping, path, limits);
  },
  exists: body => {
    const [key, path] = onlyEntry('exists', body);
    if (key !== 'field' || typeof path !== 'string') {
      throw refused('[exists] must be provided with a [field]');
    }
    return source => valuesAt(source, path.split('.')).length > 0;
  },
  bool: (body, mapping) => {
    if (!isObject(body)) {
      throw refused('[bool] query malformed, no start_object after query name');
    }
    const clauses = ['must', 'filter', 'should', 'must_not'];
    const unknown = Object.keys(body).find(
      key => ![...clauses, 'minimum_should_match', 'boost'].includes(key),
    );
    if (unknown !== undefined) {
      throw refused(`[bool] query does not support [${unknown}]`);
    }
    const [must, filter, should, mustNot] = clauses.map(clause =>
      [body[clause] ?? []].flat().map(query => compileQuery(query, mapping)),
    );
    const required = [...must, ...filter];
    const least = Number(
      body.minimum_should_match ?? (should.length && !required.length ? 1 : 0),
    );
    return source =>
      required.every(matches => matches(source)) &&
      !mustNot.some(matches => matches(source)) &&
      should.filter(matches => matches(source)).length >= least;
  },
};

/** @throws ElasticError parsing_exception for what is unknown */
export function compileQuery(query: unknown, mapping: Mapping): Matcher {
  const [name, body] = onlyEntry('query', query);
  if (!Object.hasOwn(QUERIES, name)) {
    throw refused(`unknown query [${name}]`);
  }
  return QUERIES[name](body, mapping);
}

function onlyEntry(what: string, body: unknown): [string, unknown] {
  const entries = isObject(body) ? Object.entries(body) : [];
  if (entries.length !== 1) {
    throw refused(
      `[${what}] malformed query, expected exactly one field but found [${entries.length}]`,
    );
  }
  return entries[0];
}

function oneField(query: string, body: unknown, known: readonly string[]) {
  const [path, given] = onlyEntry(query, body);
  if (!isObject(given)) {
    return { path, value: given, operator: undefined };
  }
  const unknown = Object.keys(given).find(key => !known.includes(key));
  if (unknown !== undefined) {
    throw refused(`[${query}] query does not support [${unknown}]`);
  }
  return { path, value: given[known[0]], operator: given.operator };
}

/** How a value of that field is compared. */
export function comparable(field: Field, value: unknown): string | number {
  switch (field.type) {
    case 'date':
      return (
        dateOf(value, String(field.parameters.format ?? '')) ??
        dateOf(value, 'strict_date_optional_time||epoch_millis') ??
        NaN
      );
    case 'long':
    case 'integer':
    case 'double':
    case 'float':
      return Number(value);
    default:
      return String(value);
  }
}

function matchValues(
  mapping: Mapping,
  path: string,
  wanted: readonly unknown[],
): Matcher {
  const found = fieldAt(mapping, path);
  if (!found || !found.field.enabled || found.field.type === 'object') {
    return () => false;
  }
  const { field } = found;
  const accepted = new Set(
    wanted.map(value => {
      const compared = comparable(field, value);
      if (Number.isNaN(compared)) {
        throw badRequest(
          field.type === 'date' ? 'parse_exception' : 'number_format_exception',
          `failed to create query: For input string: "${String(value)}"`,
        );
      }
      return compared;
    }),
  );
  const above = Number(field.parameters.ignore_above ?? Infinity);
  return source =>
    valuesAt(source, sourcePath(mapping, path)).some(value =>
      field.type === 'text'
        ? tokens(value).some(token => accepted.has(token))
        : String(value).length <= above &&
          accepted.has(comparable(field, value)),
    );
}

/** A multi-field (`name.keyword`) has the values of the field it belongs to. */
function sourcePath(mapping: Mapping, path: string): string[] {
  const parts = path.split('.');
  const parent = fieldAt(mapping, parts.slice(0, -1).join('.'));
  return parent && isObject(parent.field.parameters.fields)
    ? parts.slice(0, -1)
    : parts;
}

function rangeMatcher(
  mapping: Mapping,
  path: string,
  limits: JsonObject,
): Matcher {
  const found = fieldAt(mapping, path);
  if (!found) {
    return () => false;
  }
  const limit = (name: string) =>
    limits[name] === undefined || limits[name] === null
      ? undefined
      : comparable(found.field, limits[name]);
  const [gt, gte, lt, lte] = ['gt', 'gte', 'lt', 'lte'].map(limit);
  return source =>
    valuesAt(source, path.split('.')).some(value => {
      const at = comparable(found.field, value);
      return (
        (gt === undefined || at > gt) &&
        (gte === undefined || at >= gte) &&
        (lt === undefined || at < lt) &&
        (lte === undefined || at <= lte)
      );
    });
}

function refused(reason: string): ElasticError {
  return badRequest('parsing_exception', reason);
}
