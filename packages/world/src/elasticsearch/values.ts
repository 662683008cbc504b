import { isObject } from './json';

const ISO =
  /^\d{4}(-\d\d(-\d\d(T(\d\d(:\d\d(:\d\d([.,]\d{1,9})?)?)?(Z|[+-]\d\d:?\d\d)?)?)?)?)?$/;

/** A date in one of the formats (`a||b`), as epoch milliseconds. */
export function dateOf(value: unknown, formats: string): number | undefined {
  for (const format of formats.split('||')) {
    const text = String(value);
    if (format === 'epoch_millis' && /^-?\d{1,16}(\.\d+)?$/.test(text)) {
      return Math.trunc(Number(text));
    }
    if (
      format.startsWith('strict_date') &&
      typeof value === 'string' &&
      ISO.test(text)
    ) {
      const zoned =
        text.includes('T') && !/(Z|[+-]\d\d:?\d\d)$/.test(text)
          ? `${text}Z`
          : text;
      const at = Date.parse(zoned);
      return Number.isFinite(at) ? at : undefined;
    }
  }
  return undefined;
}

/** Every value at a path such as `mcpCall.name`; lists are looked through. */
export function valuesAt(source: unknown, path: readonly string[]): unknown[] {
  if (Array.isArray(source)) {
    return source.flatMap(item => valuesAt(item, path));
  }
  if (path.length === 0) {
    return source === undefined || source === null ? [] : [source];
  }
  if (!isObject(source)) {
    return [];
  }
  // A key may itself have dots in it.
  return path.flatMap((_part, index) => {
    const key = path.slice(0, index + 1).join('.');
    return Object.hasOwn(source, key)
      ? valuesAt(source[key], path.slice(index + 1))
      : [];
  });
}

/** The words a text is found by. */
export function tokens(text: unknown): string[] {
  return (
    String(text)
      .toLowerCase()
      .match(/[\p{L}\p{N}_]+(?:[.'][\p{L}\p{N}_]+)*/gu) ?? []
  );
}
