import { redactText } from './redactText';

const MAX_ITEMS = 200;
const MAX_DEPTH = 10;

/** Fields whose value is a credential by their name, written as `api_key`. */
const SECRET_FIELD =
  /(?:^|_)(?:authorization|cookie|passwd|password|secret|token|(?:access|api|encryption|private|secret|signing)_?key|credentials?)$/;

/** What becomes of a field by its name. */
interface Field {
  name: string;
  secret: boolean;
}

/** Records have few names, and each of them often. */
const FIELDS = new Map<string, Field>();
const MAX_FIELDS = 1_000;

function fieldOf(name: string): Field {
  const known = FIELDS.get(name);
  if (known) {
    return known;
  }
  const field = { name: redactText(name), secret: isSecretField(name) };
  if (FIELDS.size < MAX_FIELDS && name.length <= 64) {
    FIELDS.set(name, field);
  }
  return field;
}

function isSecretField(name: string): boolean {
  return SECRET_FIELD.test(
    name
      .slice(-64)
      .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
      .replaceAll('-', '_')
      .toLowerCase(),
  );
}

/** Where a value stands. */
interface Place {
  depth: number;
  /** Within a field that is called like a credential: no text of it is kept. */
  secret: boolean;
}

function redactAt(value: unknown, place: Place): unknown {
  switch (typeof value) {
    case 'string':
      return place.secret ? '[redacted]' : redactText(value);
    case 'bigint':
      return redactAt(value.toString(), place);
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'function':
    case 'symbol':
      return `[${typeof value}]`;
    case 'object':
      return value === null ? value : redactWhole(value, place);
    default:
      return value;
  }
}

function redactWhole(value: object, place: Place): unknown {
  if (value instanceof Date) {
    return Number.isFinite(value.getTime()) ? value.toISOString() : 'no date';
  }
  if (place.depth >= MAX_DEPTH) {
    return '[too deep, left out]';
  }
  const inside = { ...place, depth: place.depth + 1 };
  if (Array.isArray(value)) {
    const [kept, left] = few(value);
    return [
      ...kept.map(item => redactAt(item, inside)),
      ...(left > 0 ? [`[${left} more left out]`] : []),
    ];
  }
  const [kept, left] = few(Object.entries(value));
  const members = kept.map(([key, item]): [string, unknown] => {
    const { name, secret } = fieldOf(key);
    return [
      name,
      redactAt(item, secret ? { ...inside, secret: true } : inside),
    ];
  });
  if (left > 0) {
    members.push(['…', `${left} more left out`]);
  }
  return Object.fromEntries(members);
}

/** Of too many items the first ones, with room for the word that says so. */
function few<T>(items: T[]): [kept: T[], left: number] {
  if (items.length <= MAX_ITEMS) {
    return [items, 0];
  }
  const kept = items.slice(0, MAX_ITEMS - 1);
  return [kept, items.length - kept.length];
}

/**
 * A copy of a JSON value without anything that looks like a credential or an
 * e-mail address, in values and in names, and without parts that are too long,
 * too many or too deep; what was left out is said in its place. Redacting twice
 * is redacting once.
 * @public
 */
export function redact(value: unknown): unknown {
  return redactAt(value, { depth: 0, secret: false });
}
