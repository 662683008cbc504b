/** A value longer than this is cut: a record explains, it does not archive. */
export const MAX_TEXT = 4_000;

/** Room for the words that say how much was left out. */
const MAX_KEPT = MAX_TEXT - 40;

/** Read ahead of the cut, so that a credential on the edge is seen whole. */
const MAX_READ = 2 * MAX_TEXT;

interface SecretPattern {
  /** Every repetition has a bound, so that no text is slow to read. */
  pattern: RegExp;
  /** What stands in its place. */
  instead: string;
}

function secret(name: string, pattern: RegExp): SecretPattern {
  return { pattern, instead: `[redacted ${name}]` };
}

/** What credentials look like, whatever field they turn up in. */
const SECRETS: readonly SecretPattern[] = [
  { pattern: /(:\/\/)(?!git@)[^\s/?#@]{1,2000}@/g, instead: '$1[redacted]@' },
  secret('GitHub token', /\bgh[pousr]_[A-Za-z0-9]{16,}/g),
  secret('GitHub token', /\bgithub_pat_[A-Za-z0-9_]{16,}/g),
  // Header and payload of a JWT both begin with `{"` in base64.
  secret(
    'JWT',
    /\beyJ[A-Za-z0-9_-]{6,}\.eyJ[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*)?/g,
  ),
  secret(
    'credential',
    /\b(?:Bearer|Basic|ApiKey|token)\s{1,8}[A-Za-z0-9._~+/-]{12,}={0,2}/gi,
  ),
  secret('Slack token', /\bx(?:ox[abeprs]|app)-[A-Za-z0-9-]{10,}/g),
  secret('Slack webhook', /https:\/\/hooks\.slack\.com\/services\/\S+/gi),
  secret('AWS key', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g),
  secret(
    'private key',
    /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
  ),
  {
    pattern:
      /"([A-Za-z0-9_-]{0,64}(?:authorization|cookie|(?:access|api|private|secret|signing)[_-]?key|passw(?:or)?d|secret|token))(\\{0,7})"\s{0,4}:\s{0,4}\2"[^"]{1,2000}/gi,
    // JSON within a text, and within a text within that.
    instead: '"$1$2":$2"[redacted]$2',
  },
  {
    pattern:
      /\b((?:access_?|auth_?|id_?|refresh_?)?token|api_?key|client_?secret|passw(?:or)?d|secret)=[^\s&;,"'[]{6,2000}/gi,
    instead: '$1=[redacted]',
  },
];

/**
 * What every one of these patterns has in it. Most texts have none of it, and
 * reading them once is enough.
 */
const SUSPICIOUS =
  /gh[pousr]_|_pat_|eyJ|:\/\/|bearer\s|basic\s|apikey\s|token\s|xox|xapp-|AKIA|ASIA|-----B|[a-z]=|"\s{0,4}:/i;

/** `git@host:owner/repo` names a repository and nobody. */
const EMAIL =
  /(?<![\p{L}\p{N}._%+'-])(?!git@)[\p{L}\p{N}._%+'-]{1,128}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,24}(?![\p{L}\p{N}-])/gu;

/** `Jane Doe <jane@example.com>`, as commits and headers write it. */
const MAILBOX = /(?:\p{Lu}[\p{L}.'-]{0,40} ){0,5}<\[redacted e-mail\]>/gu;

/** A text without anything that looks like a credential. */
function redactSecrets(text: string): string {
  return SUSPICIOUS.test(text)
    ? SECRETS.reduce(
        (rest, { pattern, instead }) => rest.replace(pattern, instead),
        text,
      )
    : text;
}

function redactPeople(text: string): string {
  return text.includes('@')
    ? text
        .replace(EMAIL, '[redacted e-mail]')
        .replace(MAILBOX, '[redacted person]')
    : text;
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

/**
 * A text without what looks like a credential or an e-mail address, and cut
 * when it is too long.
 *
 * @param options - `keepPeople`: for a field that names who acted
 */
export function redactText(
  text: string,
  options: { keepPeople?: boolean } = {},
): string {
  const read = readable(text);
  const withoutSecrets = redactSecrets(read);
  const clean = options.keepPeople
    ? withoutSecrets
    : redactPeople(withoutSecrets);
  if (clean.length <= MAX_TEXT && read.length === text.length) {
    return clean;
  }
  const kept = clean.slice(0, MAX_KEPT);
  const left = text.length - read.length + clean.length - kept.length;
  return `${kept}… [${left} characters left out]`;
}
