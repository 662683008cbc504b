import { badRequest, ElasticError } from './errors';
import {
  isObject,
  knownObject,
  wildcardMatches,
  type JsonObject,
} from './json';
import { parseMapping, renderMapping } from './mapping';
import { parseSettings, renderSettings, type Settings } from './settings';

const MAX_TEMPLATES = 100;

/** An index template: what an index gets whose name fits when it is made. */
export interface IndexTemplate {
  name: string;
  patterns: string[];
  priority: number;
  settings: Settings;
  /** As given; it was parsed once, so it can be parsed again. */
  mappings?: JsonObject;
  /** The rest, as given. */
  rest: JsonObject;
}

/** Index templates, by name. */
export class Templates {
  readonly #templates = new Map<string, IndexTemplate>();

  /** @throws ElasticError for what is unknown, and for a tie with another template */
  put(name: string, body: unknown): IndexTemplate {
    const given = knownObject(body, 'index_template', [
      'index_patterns',
      'template',
      'composed_of',
      'priority',
      'version',
      '_meta',
      'allow_auto_create',
    ]);
    const template = knownObject(given.template ?? {}, 'template', [
      'settings',
      'mappings',
      'aliases',
    ]);
    const patterns = patternsOf(given.index_patterns);
    const priority = given.priority ?? 0;
    if (typeof priority !== 'number' || priority < 0) {
      throw badRequest(
        'illegal_argument_exception',
        'index template priority must be >= 0',
      );
    }
    if (Array.isArray(given.composed_of) && given.composed_of.length > 0) {
      throw badRequest(
        'invalid_index_template_exception',
        `index_template [${name}] invalid, cause [index template [${name}] specifies component templates ${JSON.stringify(
          given.composed_of,
        )} that do not exist]`,
      );
    }
    const { mappings } = template;
    parseMapping(mappings);
    this.#refuseTie(name, patterns, priority);
    if (!this.#templates.has(name) && this.#templates.size >= MAX_TEMPLATES) {
      throw badRequest('illegal_argument_exception', 'too many templates');
    }
    const {
      index_patterns: _patterns,
      template: _template,
      priority: _priority,
      ...rest
    } = given;
    const made = {
      name,
      patterns,
      priority,
      settings: parseSettings(template.settings),
      ...(isObject(mappings) && { mappings }),
      rest,
    };
    this.#templates.set(name, made);
    return made;
  }

  #refuseTie(name: string, patterns: string[], priority: number) {
    for (const other of this.#templates.values()) {
      const overlaps = patterns.some(mine =>
        other.patterns.some(theirs => overlap(mine, theirs)),
      );
      if (other.name !== name && other.priority === priority && overlaps) {
        throw badRequest(
          'illegal_argument_exception',
          `index template [${name}] has index patterns [${patterns}] matching patterns from existing templates [${other.name}] with patterns (${other.name} => [${other.patterns}]) that have the same priority [${priority}], multiple index templates may not match during index creation, please use a different priority`,
        );
      }
    }
  }

  /** Those whose name fits. */
  find(pattern: string): IndexTemplate[] {
    return [...this.#templates.values()].filter(({ name }) =>
      wildcardMatches(pattern, name),
    );
  }

  delete(name: string): boolean {
    return this.#templates.delete(name);
  }

  /** The one an index of that name is made from. */
  for(index: string): IndexTemplate | undefined {
    return [...this.#templates.values()]
      .filter(({ patterns }) =>
        patterns.some(pattern => wildcardMatches(pattern, index)),
      )
      .sort((a, b) => b.priority - a.priority)[0];
  }
}

/** As `GET _index_template` shows it. */
export function renderTemplate(template: IndexTemplate): JsonObject {
  const { name, patterns, priority, settings, mappings, rest } = template;
  return {
    name,
    index_template: {
      index_patterns: patterns,
      template: {
        ...(Object.keys(settings).length && {
          settings: renderSettings(settings),
        }),
        ...(mappings && { mappings: renderMapping(parseMapping(mappings)) }),
      },
      composed_of: [],
      priority,
      ...rest,
    },
  };
}

export function noSuchTemplate(name: string): ElasticError {
  return new ElasticError(
    404,
    'resource_not_found_exception',
    `index template matching [${name}] not found`,
  );
}

function patternsOf(value: unknown): string[] {
  const patterns = Array.isArray(value) ? value : [value];
  const texts = patterns.filter(each => typeof each === 'string' && each);
  if (texts.length === 0 || texts.length !== patterns.length) {
    throw badRequest('illegal_argument_exception', 'Required [index_patterns]');
  }
  return texts;
}

/** Whether some name fits both; a `*` may stand for anything in either. */
function overlap(a: string, b: string): boolean {
  if (a === '' && b === '') {
    return true;
  }
  if (a[0] === '*') {
    return overlap(a.slice(1), b) || (b !== '' && overlap(a, b.slice(1)));
  }
  if (b[0] === '*') {
    return overlap(b, a);
  }
  return a !== '' && a[0] === b[0] && overlap(a.slice(1), b.slice(1));
}
