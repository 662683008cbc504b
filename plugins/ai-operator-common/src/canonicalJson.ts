/** Half a character: UTF-8 has no bytes for it. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** What needs no escape: nearly every text. */
const PLAIN = /^[ !#-[\]-~]*$/;

function text(value: string): string {
  if (PLAIN.test(value)) {
    return `"${value}"`;
  }
  return JSON.stringify(value.replace(LONE_SURROGATE, '\uFFFD'));
}

/** What a part of an object or a list becomes; `undefined` where JSON has no word for it. */
function part(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return text(value);
    case 'number':
      if (!Number.isFinite(value)) {
        throw new TypeError(`JSON has no ${value}`);
      }
      return JSON.stringify(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'undefined':
      return undefined;
    case 'object':
      return value === null ? 'null' : whole(value);
    default:
      throw new TypeError(`JSON has no ${typeof value}`);
  }
}

function whole(value: object): string {
  if (Array.isArray(value)) {
    return `[${value.map(item => part(item) ?? 'null').join(',')}]`;
  }
  let members = '';
  // The order of UTF-16 code units, as RFC 8785 wants it, is JavaScript's own.
  for (const name of Object.keys(value).sort()) {
    const item = part((value as Record<string, unknown>)[name]);
    if (item !== undefined) {
      members += `${members && ','}${text(name)}:${item}`;
    }
  }
  return `{${members}}`;
}

/**
 * The canonical JSON text of a value (RFC 8785): members sorted by the UTF-16
 * code units of their names, no white space, numbers and strings as ECMAScript
 * writes them. The same content has the same text, so it can be hashed.
 *
 * Half a surrogate pair, which has no UTF-8, becomes U+FFFD. A member that is
 * `undefined` is left out, and in a list it is `null`, as with `JSON.stringify`.
 * Throws a TypeError for what JSON cannot say: NaN, infinities, bigint,
 * functions, symbols, and `undefined` itself.
 * @public
 */
export function canonicalJson(value: unknown): string {
  const canonical = part(value);
  if (canonical === undefined) {
    throw new TypeError('JSON has no undefined');
  }
  return canonical;
}
