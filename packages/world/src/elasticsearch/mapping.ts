import { badRequest } from './errors';
import { isObject, type JsonObject } from './json';

export type Dynamic = 'true' | 'false' | 'strict';

/** A field as the mapping says it is. */
export interface Field {
  type: string;
  /** Parameters as they were given. */
  parameters: JsonObject;
  /** Of objects. */
  properties?: Map<string, Field>;
  enabled: boolean;
  dynamic?: Dynamic;
}

/** The mapping of an index. */
export interface Mapping {
  root: Field;
  meta?: JsonObject;
}

/** Parameters by type, besides `type`. A mapping with any other is refused. */
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  date: ['format', 'index', 'doc_values', 'ignore_malformed'],
  long: ['index', 'doc_values', 'coerce', 'ignore_malformed'],
  integer: ['index', 'doc_values', 'coerce', 'ignore_malformed'],
  double: ['index', 'doc_values', 'coerce', 'ignore_malformed'],
  float: ['index', 'doc_values', 'coerce', 'ignore_malformed'],
  boolean: ['index', 'doc_values'],
  keyword: ['index', 'doc_values', 'ignore_above', 'fields', 'norms'],
  text: ['index', 'fields', 'norms', 'analyzer', 'index_options'],
  flattened: ['index', 'doc_values', 'ignore_above', 'depth_limit'],
  object: ['enabled', 'dynamic', 'properties', 'subobjects'],
};

const NUMBER_PARAMETERS = ['ignore_above', 'depth_limit'];

/** The mapping of an index or a template. @throws ElasticError mapper_parsing_exception */
export function parseMapping(value: unknown): Mapping {
  if (value === undefined) {
    return {
      root: {
        type: 'object',
        parameters: {},
        properties: new Map(),
        enabled: true,
      },
    };
  }
  if (!isObject(value)) {
    throw refused('the mapping is not an object');
  }
  const known = ['properties', 'dynamic', '_meta', '_source', 'date_detection'];
  const unknown = Object.keys(value).find(key => !known.includes(key));
  if (unknown !== undefined) {
    throw refused(
      `Root mapping definition has unsupported parameters:  [${unknown} : ${JSON.stringify(
        value[unknown],
      )}]`,
    );
  }
  const { _meta: meta, _source, date_detection, ...root } = value;
  return {
    root: parseField('_doc', { type: 'object', ...root }),
    ...(isObject(meta) && { meta }),
  };
}

function parseField(path: string, value: unknown): Field {
  if (!isObject(value)) {
    throw refused(
      `Expected map for property [fields] on field [${path}] but got a value`,
    );
  }
  const { type = 'object', ...parameters } = value;
  if (typeof type !== 'string' || !Object.hasOwn(PARAMETERS, type)) {
    throw refused(
      `No handler for type [${String(type)}] declared on field [${lastOf(
        path,
      )}]`,
    );
  }
  for (const [name, given] of Object.entries(parameters)) {
    if (!PARAMETERS[type].includes(name)) {
      throw refused(
        `unknown parameter [${name}] on mapper [${lastOf(
          path,
        )}] of type [${type}]`,
      );
    }
    if (NUMBER_PARAMETERS.includes(name) && !Number.isInteger(Number(given))) {
      throw refused(
        `Failed to parse [${name}] on field [${lastOf(path)}]: ${given}`,
      );
    }
  }
  return {
    type,
    parameters,
    enabled: parameters.enabled !== false,
    ...(parameters.dynamic !== undefined && {
      dynamic: readDynamic(parameters.dynamic),
    }),
    ...(type === 'object' && {
      properties: parseProperties(path, parameters.properties),
    }),
  };
}

function parseProperties(path: string, value: unknown): Map<string, Field> {
  if (value !== undefined && !isObject(value)) {
    throw refused(`properties of [${path}] must be a map type`);
  }
  return new Map(
    Object.entries(value ?? {}).map(([name, field]) => [
      name,
      parseField(path === '_doc' ? name : `${path}.${name}`, field),
    ]),
  );
}

function readDynamic(value: unknown): Dynamic {
  const text = String(value);
  if (text === 'true' || text === 'false' || text === 'strict') {
    return text;
  }
  throw refused(`Failed to parse [dynamic]: [${text}]`);
}

function lastOf(path: string): string {
  return path.split('.').pop() ?? path;
}

function refused(reason: string) {
  return badRequest(
    'mapper_parsing_exception',
    `Failed to parse mapping: ${reason}`,
  );
}

/** The mapping as `GET _mapping` shows it. */
export function renderMapping({ root, meta }: Mapping): JsonObject {
  const { type: _type, ...rendered } = renderField(root);
  return { ...(meta && { _meta: meta }), ...rendered };
}

function renderField(field: Field): JsonObject {
  const { properties, ...parameters } = field.parameters;
  const isObjectType = field.type === 'object';
  return {
    ...((!isObjectType || !field.enabled) && { type: field.type }),
    ...parameters,
    ...(field.properties?.size && {
      properties: Object.fromEntries(
        [...field.properties].map(([name, child]) => [
          name,
          renderField(child),
        ]),
      ),
    }),
  };
}

/** The field at a path such as `mcpCall.name`; what is below a flattened one belongs to it. */
export function fieldAt(
  { root }: Mapping,
  path: string,
): { field: Field; key?: string } | undefined {
  const parts = path.split('.');
  let field = root;
  for (const [index, part] of parts.entries()) {
    if (field.type === 'flattened') {
      return { field, key: parts.slice(index).join('.') };
    }
    const child = field.enabled ? field.properties?.get(part) : undefined;
    const multi = field.parameters.fields;
    if (child) {
      field = child;
    } else if (isObject(multi) && isObject(multi[part])) {
      return { field: parseField(path, multi[part]) };
    } else {
      return undefined;
    }
  }
  return { field };
}

export { parseField };
