import { badRequest } from './errors';
import { isObject, type JsonObject } from './json';

/** Settings of an index that this Elasticsearch knows; values are texts, as in its answers. */
export type Settings = Readonly<Record<string, string>>;

const KNOWN = [
  'index.auto_expand_replicas',
  'index.blocks.write',
  'index.codec',
  'index.hidden',
  'index.lifecycle.name',
  'index.mapping.total_fields.limit',
  'index.number_of_replicas',
  'index.number_of_shards',
  'index.refresh_interval',
];

/**
 * Settings in any of the ways in which they are written (nested, dotted, with
 * or without `index.`) as one flat map.
 *
 * @throws ElasticError illegal_argument_exception
 */
export function parseSettings(value: unknown): Settings {
  const flat: Record<string, string> = {};
  const walk = (inner: JsonObject, prefix: string) => {
    for (const [key, child] of Object.entries(inner)) {
      const path = prefix ? `${prefix}.${key}` : key;
      if (isObject(child)) {
        walk(child, path);
      } else {
        const name = path.startsWith('index.') ? path : `index.${path}`;
        if (!KNOWN.includes(name)) {
          throw badRequest(
            'illegal_argument_exception',
            `unknown setting [${name}] please check that any required plugins are installed, or check the breaking changes documentation for removed settings`,
          );
        }
        flat[name] = String(child);
      }
    }
  };
  if (value !== undefined && !isObject(value)) {
    throw badRequest(
      'illegal_argument_exception',
      'settings are not an object',
    );
  }
  walk(value ?? {}, '');
  return flat;
}

/** Nested, as answers have them. */
export function renderSettings(settings: Settings): JsonObject {
  const root: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(settings)) {
    const parts = name.split('.');
    const last = parts.pop() ?? name;
    let at = root;
    for (const part of parts) {
      const next = at[part];
      const child: Record<string, unknown> = isObject(next) ? next : {};
      at[part] = child;
      at = child;
    }
    at[last] = value;
  }
  return root;
}
