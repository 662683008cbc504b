import { InputError } from '@backstage/errors';

type Requirement = (labels: Readonly<Record<string, string>>) => boolean;

/** Tells whether an object's labels satisfy a parsed selector. */
export type LabelSelector = (
  labels: Readonly<Record<string, string>>,
) => boolean;

const NAME = String.raw`[A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?`;
const EQUALITY = new RegExp(String.raw`^(${NAME})\s*(==|=|!=)\s*(${NAME})?$`);
const SET = new RegExp(
  String.raw`^(${NAME})\s+(in|notin)\s*\(\s*([^()]*)\s*\)$`,
);
const EXISTS = new RegExp(String.raw`^(!?)\s*(${NAME})$`);
const VALUE = new RegExp(`^(?:${NAME})?$`);

/**
 * Parses a Kubernetes label selector, equality-based and set-based
 * (`a=b,c!=d,e in (f,g),h notin (i),j,!k`). Empty selects everything.
 *
 * @throws InputError naming the requirement that cannot be read
 */
export function parseLabelSelector(text: string): LabelSelector {
  const requirements = splitRequirements(text).map(parseRequirement);
  return labels => requirements.every(requirement => requirement(labels));
}

function splitRequirements(text: string): string[] {
  return text
    .split(/,(?![^(]*\))/)
    .map(part => part.trim())
    .filter((part, _, all) => part !== '' || all.length > 1);
}

function parseRequirement(text: string): Requirement {
  const set = SET.exec(text);
  if (set) {
    const [, key, operator, list] = set;
    const values = list.split(',').map(value => value.trim());
    if (!values.every(value => VALUE.test(value))) {
      throw unreadable(text);
    }
    return operator === 'in'
      ? labels => has(labels, key) && values.includes(labels[key])
      : labels => !(has(labels, key) && values.includes(labels[key]));
  }
  const equality = EQUALITY.exec(text);
  if (equality) {
    const [, key, operator, value = ''] = equality;
    return operator === '!='
      ? labels => labels[key] !== value
      : labels => labels[key] === value;
  }
  const exists = EXISTS.exec(text);
  if (exists) {
    const [, not, key] = exists;
    return labels => has(labels, key) !== (not === '!');
  }
  throw unreadable(text);
}

function has(labels: Readonly<Record<string, string>>, key: string): boolean {
  return Object.prototype.hasOwnProperty.call(labels, key);
}

function unreadable(text: string): InputError {
  return new InputError(
    `unable to parse requirement: found '${text}', expected: key=value, key!=value, key in (a,b), key notin (a,b), key or !key`,
  );
}
