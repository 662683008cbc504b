const keyword = { type: 'keyword', ignore_above: 1024 };

/**
 * The fields of an audit record (SPEC §10) as they are searched. `strict` at the
 * top: a field nobody thought of is refused and seen, not guessed. Parameters and
 * answers of calls have any shape, so they are kept and not searched; metadata is
 * searched by whole values.
 */
export const MAPPINGS = {
  dynamic: 'strict',
  properties: {
    '@timestamp': { type: 'date' },
    seq: { type: 'long' },
    prevHash: { type: 'keyword' },
    hash: { type: 'keyword' },
    version: { type: 'integer' },
    timestamp: { type: 'date', format: 'epoch_millis' },
    correlationId: keyword,
    level: keyword,
    actionType: keyword,
    actor: keyword,
    reasoning: { type: 'text' },
    mcpCall: {
      properties: {
        name: keyword,
        parameters: { type: 'object', enabled: false },
        result: keyword,
        response: { type: 'object', enabled: false },
        durationMs: { type: 'double' },
        retryCount: { type: 'integer' },
      },
    },
    invariantsChecked: {
      properties: {
        id: keyword,
        result: keyword,
        because: { type: 'text' },
      },
    },
    fsmState: { properties: { before: keyword, after: keyword } },
    metadata: { type: 'flattened', ignore_above: 1024 },
  },
};

/** Every field with its type, by its path; what is not an object is a field. */
function typesOf(
  properties: unknown,
  path: string[],
  found: Map<string, string>,
): Map<string, string> {
  if (typeof properties === 'object' && properties !== null) {
    for (const [name, field] of Object.entries(properties)) {
      const at = [...path, name];
      const type = Reflect.get(Object(field), 'type');
      const children = Reflect.get(Object(field), 'properties');
      if (children === undefined) {
        found.set(at.join('.'), typeof type === 'string' ? type : 'object');
      } else {
        typesOf(children, at, found);
      }
    }
  }
  return found;
}

/** What records need and a mapping does not have, in words; empty: every record fits. */
export function lacksOf(mappings: unknown): string[] {
  const theirs = typesOf(
    Reflect.get(Object(mappings), 'properties'),
    [],
    new Map(),
  );
  return [...typesOf(MAPPINGS.properties, [], new Map())].flatMap(
    ([path, type]) => {
      const found = theirs.get(path);
      if (found === type) {
        return [];
      }
      return found === undefined
        ? [`there is no field '${path}'`]
        : [`'${path}' is of type ${found} instead of ${type}`];
    },
  );
}
