/** A duration as PromQL writes it, in the largest unit that is exact. */
export function promDuration(ms: number): string {
  const units: Array<[number, string]> = [
    [3_600_000, 'h'],
    [60_000, 'm'],
    [1_000, 's'],
  ];
  for (const [size, unit] of units) {
    if (ms >= size && ms % size === 0) {
      return `${ms / size}${unit}`;
    }
  }
  return `${Math.max(1, Math.round(ms))}ms`;
}

/**
 * A value for the inside of a PromQL string. Everything unusual becomes a
 * Unicode escape, which reads the same in single and double quotes, so no value
 * can end the string it is put into.
 */
export function escapePromString(value: string): string {
  return [...value]
    .map(character => {
      if (/^[A-Za-z0-9 _.:/@-]$/.test(character)) {
        return character;
      }
      const code = character.codePointAt(0) ?? 0xfffd;
      return code > 0xffff
        ? `\\U${code.toString(16).padStart(8, '0')}`
        : `\\u${code.toString(16).padStart(4, '0')}`;
    })
    .join('');
}

/** Puts values into a query template; braces that hold no placeholder are PromQL's own. */
export function renderQuery(
  template: string,
  values: {
    app: string;
    revision: string;
    environment: string;
    windowMs: number;
  },
): string {
  const rendered: Record<string, string> = {
    app: escapePromString(values.app),
    revision: escapePromString(values.revision),
    environment: escapePromString(values.environment),
    window: promDuration(values.windowMs),
  };
  return template.replace(
    /\{(app|revision|environment|window)\}/g,
    (_placeholder, name: string) => rendered[name],
  );
}
