import { InputError } from '@backstage/errors';
import { parseDuration } from './duration';

/** A condition on one label; an absent label counts as empty. */
export interface Matcher {
  label: string;
  matches(value: string): boolean;
}

/** A query the simulated server can answer. */
export type Query =
  | { kind: 'instant'; metric: string; matchers: Matcher[] }
  | {
      kind: 'average';
      metric: string;
      matchers: Matcher[];
      /** Milliseconds. */
      windowMs: number;
    };

/** Longest query read. */
const QUERY_LIMIT = 10_000;

const METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const MATCHER =
  /^\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`)\s*/;

/**
 * Parses `selector` or `avg_over_time(selector[duration])`.
 *
 * @throws InputError in the words of Prometheus' parser
 */
export function parseQuery(text: string): Query {
  if (text.length > QUERY_LIMIT) {
    throw failure(1, `query longer than ${QUERY_LIMIT} characters`);
  }
  const query = text.trim();
  if (query === '') {
    throw failure(1, 'no expression found in input');
  }
  const call = /^([a-zA-Z_][a-zA-Z0-9_]*)\s*\(/.exec(query);
  return call ? parseCall(query, call) : parseInstant(query);
}

function parseInstant(query: string): Query {
  const { metric, matchers, rest } = parseSelector(query, 0);
  if (rest.startsWith('[')) {
    throw new InputError(
      'invalid parameter "query": invalid expression type "range vector" for instant query, must be Scalar or instant Vector',
    );
  }
  expectEnd(query, rest);
  return { kind: 'instant', metric, matchers };
}

function parseCall(query: string, call: RegExpExecArray): Query {
  const [opening, name] = call;
  if (name !== 'avg_over_time') {
    throw failure(
      1,
      `the simulated Prometheus knows no function with name "${name}"; it answers selectors and avg_over_time(selector[duration])`,
    );
  }
  const { metric, matchers, rest } = parseSelector(
    query.slice(opening.length).trimStart(),
    opening.length,
  );
  const range = /^\[\s*([^\]]*?)\s*\]\s*/.exec(rest);
  if (!range) {
    throw failure(
      query.length - rest.length + 1,
      'expected type range vector in call to function "avg_over_time", got instant vector',
    );
  }
  const windowMs = parseDuration(range[1]);
  if (windowMs === undefined || windowMs === 0) {
    throw failure(
      query.length - rest.length + 2,
      windowMs === 0
        ? 'duration must be greater than 0'
        : `not a valid duration string: "${range[1]}"`,
    );
  }
  const after = rest.slice(range[0].length);
  if (!after.startsWith(')')) {
    throw failure(query.length - after.length + 1, 'unclosed left parenthesis');
  }
  expectEnd(query, after.slice(1).trim());
  return { kind: 'average', metric, matchers, windowMs };
}

function parseSelector(
  text: string,
  offset: number,
): { metric: string; matchers: Matcher[]; rest: string } {
  const name = METRIC.exec(text);
  if (!name) {
    throw failure(
      offset + 1,
      `unexpected ${text === '' ? 'end of input' : `character: '${text[0]}'`}`,
    );
  }
  const metric = name[0];
  const afterName = text.slice(metric.length).trimStart();
  if (!afterName.startsWith('{')) {
    return { metric, matchers: [], rest: afterName };
  }
  const matchers: Matcher[] = [];
  let rest = afterName.slice(1).trimStart();
  while (!rest.startsWith('}')) {
    const match = MATCHER.exec(rest);
    if (!match) {
      throw failure(
        offset + text.length - rest.length + 1,
        `unexpected ${
          rest === '' ? 'end of input' : `"${rest.slice(0, 20)}"`
        } inside braces`,
      );
    }
    matchers.push(createMatcher(match[1], match[2], unquote(match[3])));
    rest = rest.slice(match[0].length);
    if (rest.startsWith(',')) {
      rest = rest.slice(1).trimStart();
    } else if (!rest.startsWith('}')) {
      throw failure(
        offset + text.length - rest.length + 1,
        'unexpected input inside braces, expected "," or "}"',
      );
    }
  }
  return { metric, matchers, rest: rest.slice(1).trimStart() };
}

function createMatcher(
  label: string,
  operator: string,
  value: string,
): Matcher {
  if (operator === '=') {
    return { label, matches: actual => actual === value };
  }
  if (operator === '!=') {
    return { label, matches: actual => actual !== value };
  }
  const pattern = compile(value);
  return operator === '=~'
    ? { label, matches: actual => pattern.test(actual) }
    : { label, matches: actual => !pattern.test(actual) };
}

/** Prometheus anchors its regular expressions on both sides. */
function compile(value: string): RegExp {
  try {
    return new RegExp(`^(?:${value})$`, 's');
  } catch (error) {
    throw new InputError(
      `invalid parameter "query": 1:1: parse error: error parsing regexp: ${value}`,
      error,
    );
  }
}

function unquote(literal: string): string {
  const inner = literal.slice(1, -1);
  if (literal.startsWith('`')) {
    return inner;
  }
  return inner.replace(/\\(.)/g, (_, character: string) => {
    switch (character) {
      case 'n':
        return '\n';
      case 't':
        return '\t';
      case 'r':
        return '\r';
      default:
        return character;
    }
  });
}

function expectEnd(query: string, rest: string): void {
  if (rest !== '') {
    throw failure(
      query.length - rest.length + 1,
      `unexpected "${rest.slice(
        0,
        20,
      )}"; the simulated Prometheus answers selectors and avg_over_time(selector[duration]) only`,
    );
  }
}

function failure(position: number, message: string): InputError {
  return new InputError(
    `invalid parameter "query": 1:${position}: parse error: ${message}`,
  );
}
