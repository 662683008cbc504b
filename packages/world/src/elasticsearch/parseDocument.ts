import { ElasticError } from './errors';
import { isObject } from './json';
import { parseField, type Dynamic, type Field, type Mapping } from './mapping';
import { dateOf } from './values';

/** Lucene takes no longer term. */
const MAX_TERM_BYTES = 32_766;
const LONG_LIMIT = 2 ** 63;
const INTEGER_LIMIT = 2 ** 31;

/**
 * Holds a document against the mapping of its index, as indexing does; with
 * `dynamic: true` new fields are added to the mapping.
 *
 * @throws ElasticError strict_dynamic_mapping_exception or document_parsing_exception, both 400
 */
export function parseDocument(
  mapping: Mapping,
  source: Readonly<Record<string, unknown>>,
  id: string,
): void {
  // A document that is refused must leave the mapping as it was.
  const additions: Array<() => void> = [];
  parseObject(mapping.root, source, [], 'true', { id, additions });
  additions.forEach(add => add());
}

interface Context {
  id: string;
  additions: Array<() => void>;
}

function parseObject(
  field: Field,
  value: Readonly<Record<string, unknown>>,
  path: string[],
  inherited: Dynamic,
  context: Context,
): void {
  const dynamic = field.dynamic ?? inherited;
  for (const [name, child] of Object.entries(value)) {
    const at = [...path, name];
    if (name.trim() === '') {
      throw unparsable(
        'field name cannot be an empty string or only whitespace',
      );
    }
    const known = field.properties?.get(name);
    if (known) {
      parseValue(known, child, at, dynamic, context);
    } else if (dynamic === 'strict') {
      throw new ElasticError(
        400,
        'strict_dynamic_mapping_exception',
        `[1:1] mapping set to strict, dynamic introduction of [${name}] within [${
          path.join('.') || '_doc'
        }] is not allowed`,
      );
    } else if (dynamic === 'true' && child !== null) {
      introduce(field, name, child, at, context);
    }
  }
}

/** What a new field becomes when nobody said what it is. */
function introduce(
  parent: Field,
  name: string,
  value: unknown,
  path: string[],
  context: Context,
): void {
  const first = Array.isArray(value) ? value.flat(5)[0] : value;
  if (first === undefined || first === null) {
    return;
  }
  const field = parseField(path.join('.'), guess(first));
  parseValue(field, value, path, 'true', context);
  context.additions.push(() => parent.properties?.set(name, field));
}

function guess(value: unknown): Record<string, unknown> {
  switch (typeof value) {
    case 'boolean':
      return { type: 'boolean' };
    case 'number':
      return { type: Number.isInteger(value) ? 'long' : 'float' };
    case 'string':
      return dateOf(value, 'strict_date_optional_time') !== undefined
        ? { type: 'date' }
        : {
            type: 'text',
            fields: { keyword: { type: 'keyword', ignore_above: 256 } },
          };
    default:
      return { type: 'object' };
  }
}

function parseValue(
  field: Field,
  value: unknown,
  path: string[],
  dynamic: Dynamic,
  context: Context,
): void {
  if (!field.enabled || value === null) {
    return;
  }
  if (Array.isArray(value)) {
    value.forEach(item => parseValue(field, item, path, dynamic, context));
    return;
  }
  if (field.type === 'object') {
    if (!isObject(value)) {
      throw unparsable(
        `object mapping for [${path.join('.')}] tried to parse field [${path.at(
          -1,
        )}] as object, but found a concrete value`,
      );
    }
    parseObject(field, value, path, dynamic, context);
    return;
  }
  const problem = complaint(field, value);
  if (problem !== undefined) {
    const preview = isObject(value) ? JSON.stringify(value) : String(value);
    throw unparsable(
      `failed to parse field [${path.join('.')}] of type [${
        field.type
      }] in document with id '${
        context.id
      }'. Preview of field's value: '${preview.slice(0, 100)}'`,
      problem,
    );
  }
}

/** Why a value does not fit its field; undefined when it does. */
function complaint(field: Field, value: unknown): string | undefined {
  const { parameters } = field;
  if (field.type === 'flattened') {
    return flattenedComplaint(field, value);
  }
  if (isObject(value)) {
    return `Can't get text on a START_OBJECT at 1:1`;
  }
  const text = String(value);
  switch (field.type) {
    case 'date': {
      const format = String(
        parameters.format ?? 'strict_date_optional_time||epoch_millis',
      );
      return dateOf(value, format) === undefined
        ? `failed to parse date field [${text}] with format [${format}]`
        : undefined;
    }
    case 'boolean':
      return ['true', 'false', ''].includes(text)
        ? undefined
        : `Failed to parse value [${text}] as only [true] or [false] are allowed.`;
    case 'keyword': {
      const above = Number(parameters.ignore_above ?? Infinity);
      return text.length <= above && tooLong(text) ? immense() : undefined;
    }
    case 'text':
      return undefined;
    default:
      return numberComplaint(field.type, value);
  }
}

function numberComplaint(type: string, value: unknown): string | undefined {
  const number = typeof value === 'boolean' ? NaN : Number(value);
  if (value === '' || Number.isNaN(number)) {
    return `For input string: "${String(value)}"`;
  }
  const limit = { long: LONG_LIMIT, integer: INTEGER_LIMIT }[type];
  return limit !== undefined && Math.abs(number) >= limit
    ? `Value [${String(value)}] is out of range for ${type}`
    : undefined;
}

function flattenedComplaint(field: Field, value: unknown): string | undefined {
  if (!isObject(value)) {
    return 'Failed to parse object: expecting token of type [START_OBJECT]';
  }
  const limit = Number(field.parameters.depth_limit ?? 20);
  const above = Number(field.parameters.ignore_above ?? Infinity);
  const look = (inner: unknown, key: string, depth: number): string | false => {
    if (depth > limit) {
      return `The provided [flattened] field exceeds the maximum depth limit of [${limit}].`;
    }
    if (Array.isArray(inner)) {
      return firstOf(inner.map(item => look(item, key, depth)));
    }
    if (isObject(inner)) {
      return firstOf(
        Object.entries(inner).map(([name, child]) =>
          name.includes('\0')
            ? 'Do not include the reserved character \\0 in keys'
            : look(child, key ? `${key}.${name}` : name, depth + 1),
        ),
      );
    }
    const text = String(inner);
    return text.length <= above && tooLong(`${key}\0${text}`) && immense();
  };
  return look(value, '', 0) || undefined;
}

function firstOf(complaints: Array<string | false>): string | false {
  return complaints.find(Boolean) ?? false;
}

function tooLong(text: string): boolean {
  return Buffer.byteLength(text) > MAX_TERM_BYTES;
}

function immense(): string {
  return `Document contains at least one immense term (whose UTF8 encoding is longer than the max length ${MAX_TERM_BYTES})`;
}

function unparsable(reason: string, because?: string): ElasticError {
  return new ElasticError(
    400,
    'document_parsing_exception',
    `[1:1] ${reason}`,
    because === undefined
      ? {}
      : { caused_by: { type: 'illegal_argument_exception', reason: because } },
  );
}
