/** A value longer than this is cut: a row explains, it does not archive. */
const MAX_TEXT = 4_000;
const MAX_ITEMS = 200;
const MAX_DEPTH = 10;

/** Read ahead of the cut, so that a credential on the edge is seen whole. */
const MAX_READ = 2 * MAX_TEXT;

/** What credentials look like, whatever field they turn up in. Every repetition has a bound, so that no text is slow to read. */
const SECRET_PATTERNS: ReadonlyArray<[pattern: RegExp, name: string]> = [
  [/\bgh[pousr]_[A-Za-z0-9]{16,}/g, 'GitHub token'],
  [/\bgithub_pat_[A-Za-z0-9_]{16,}/g, 'GitHub token'],
  // Header and payload of a JWT both begin with `{"` in base64.
  [/\beyJ[A-Za-z0-9_-]{6,}\.eyJ[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*)?/g, 'JWT'],
  [
    /\b(?:Bearer|Basic|token)\s{1,8}[A-Za-z0-9._~+/-]{12,}={0,2}/gi,
    'credential',
  ],
  [/\bxox[abeprs]-[A-Za-z0-9-]{10,}/g, 'Slack token'],
  [/https:\/\/hooks\.slack\.com\/services\/\S+/gi, 'Slack webhook'],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, 'AWS key'],
  [
    /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
    'private key',
  ],
];

const URL_CREDENTIAL = /(:\/\/)[^\s/?#@]{1,2000}@/g;

/** Fields whose value is a credential by their name, written as `api_key`. */
const SECRET_FIELD =
  /(?:^|_)(?:authorization|cookie|passwd|password|secret|token|api_?key|private_key|credentials?)$/;

function isSecretField(name: string): boolean {
  return SECRET_FIELD.test(
    name
      .slice(-64)
      .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
      .replaceAll('-', '_')
      .toLowerCase(),
  );
}

/** The part of a long text that is read: whole words, since half a credential would not be known as one. */
function readable(text: string): string {
  if (text.length <= MAX_READ) {
    return text;
  }
  const head = text.slice(0, MAX_READ);
  const lastGap = Math.max(head.lastIndexOf(' '), head.lastIndexOf('\n'));
  return head.slice(0, Math.max(lastGap, MAX_TEXT));
}

function redactText(text: string): string {
  const read = readable(text);
  const clean = SECRET_PATTERNS.reduce(
    (rest, [pattern, name]) => rest.replace(pattern, `[redacted ${name}]`),
    read.replace(URL_CREDENTIAL, '$1[redacted]@'),
  );
  if (clean.length <= MAX_TEXT && read.length === text.length) {
    return clean;
  }
  const kept = clean.slice(0, MAX_TEXT);
  const left = text.length - read.length + clean.length - kept.length;
  return `${kept}… [${left} characters left out]`;
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
      isSecretField(name) && typeof item === 'string'
        ? '[redacted]'
        : redact(item, depth + 1),
    ]);
  if (entries.length > MAX_ITEMS) {
    kept.push(['…', `${entries.length - MAX_ITEMS} more left out`]);
  }
  return Object.fromEntries(kept);
}
