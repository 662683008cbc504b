/** A value longer than this is cut: a row explains, it does not archive. */
const MAX_TEXT = 4_000;
const MAX_ITEMS = 200;
const MAX_DEPTH = 10;

/** What credentials look like, whatever field they turn up in. */
const SECRET_PATTERNS: ReadonlyArray<[pattern: RegExp, name: string]> = [
  [/\bgh[pousr]_[A-Za-z0-9]{16,}/g, 'GitHub token'],
  [/\bgithub_pat_[A-Za-z0-9_]{16,}/g, 'GitHub token'],
  // Header and payload of a JWT both begin with `{"` in base64.
  [/\beyJ[A-Za-z0-9_-]{6,}\.eyJ[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*)?/g, 'JWT'],
  [/\b(Bearer|Basic|token)\s+[A-Za-z0-9._~+/-]{12,}=*/gi, 'credential'],
  [/([a-z][a-z0-9+.-]*:\/\/)[^\s/?#@]+@/gi, 'URL credential'],
  [/\bxox[abeprs]-[A-Za-z0-9-]{10,}/g, 'Slack token'],
  [/https:\/\/hooks\.slack\.com\/services\/\S+/gi, 'Slack webhook'],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, 'AWS key'],
  [
    /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
    'private key',
  ],
];

/** Fields whose value is a credential by their name. */
const SECRET_FIELD =
  /^(?:.*[_-])?(?:authorization|cookie|set-cookie|password|passwd|secret|token|access_?token|refresh_?token|api_?key|private_?key|client_?secret)$/i;

function redactText(text: string): string {
  const clean = SECRET_PATTERNS.reduce(
    (rest, [pattern, name]) =>
      rest.replace(pattern, (_match, scheme: unknown) =>
        name === 'URL credential' && typeof scheme === 'string'
          ? `${scheme}[redacted]@`
          : `[redacted ${name}]`,
      ),
    text,
  );
  return clean.length > MAX_TEXT
    ? `${clean.slice(0, MAX_TEXT)}… [${
        clean.length - MAX_TEXT
      } characters left out]`
    : clean;
}

/**
 * A copy of a JSON value without anything that looks like a credential, in
 * values and in names, and without parts that are too long, too many or too
 * deep; what was left out is said in its place.
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') {
    return redactText(value);
  }
  if (typeof value === 'bigint') {
    return value.toString();
  }
  if (typeof value === 'number') {
    return Number.isFinite(value) ? value : String(value);
  }
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'function' || typeof value === 'symbol'
      ? `[${typeof value}]`
      : value;
  }
  if (depth >= MAX_DEPTH) {
    return '[too deep, left out]';
  }
  if (Array.isArray(value)) {
    const kept = value.slice(0, MAX_ITEMS).map(item => redact(item, depth + 1));
    return value.length > MAX_ITEMS
      ? [...kept, `[${value.length - MAX_ITEMS} more left out]`]
      : kept;
  }
  return redactObject(value, depth);
}

function redactObject(value: object, depth: number): Record<string, unknown> {
  const entries = Object.entries(value);
  const kept = entries
    .slice(0, MAX_ITEMS)
    .map(([name, item]): [string, unknown] => [
      redactText(name),
      SECRET_FIELD.test(name) && typeof item === 'string'
        ? '[redacted]'
        : redact(item, depth + 1),
    ]);
  if (entries.length > MAX_ITEMS) {
    kept.push(['…', `${entries.length - MAX_ITEMS} more left out`]);
  }
  return Object.fromEntries(kept);
}
