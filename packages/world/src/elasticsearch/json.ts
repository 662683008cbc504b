import { badRequest } from './errors';

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * An object of the request, of which only these keys are known.
 *
 * @param what - for messages: `index_template`
 * @throws ElasticError x_content_parse_exception
 */
export function knownObject(
  value: unknown,
  what: string,
  known: readonly string[],
): JsonObject {
  if (!isObject(value)) {
    throw badRequest(
      'x_content_parse_exception',
      `[1:1] [${what}] Expected START_OBJECT`,
    );
  }
  const unknown = Object.keys(value).find(key => !known.includes(key));
  if (unknown !== undefined) {
    throw badRequest(
      'x_content_parse_exception',
      `[1:1] [${what}] unknown field [${unknown}]`,
    );
  }
  return value;
}

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A time such as `90d`, in milliseconds. @throws ElasticError illegal_argument_exception */
export function timeValue(value: unknown, setting: string): number {
  const match =
    typeof value === 'string' ? /^(\d+)(ms|s|m|h|d)$/.exec(value) : undefined;
  if (!match) {
    throw badRequest(
      'illegal_argument_exception',
      `failed to parse setting [${setting}] with value [${String(
        value,
      )}] as a time value: unit is missing or unrecognized`,
    );
  }
  return Number(match[1]) * UNITS[match[2]];
}

/** Whether a name fits a pattern in which `*` stands for anything. */
export function wildcardMatches(pattern: string, name: string): boolean {
  const parts = pattern
    .split('*')
    .map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}
