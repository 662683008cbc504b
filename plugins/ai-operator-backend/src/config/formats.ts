import { Complaint, Parsed } from './section';

const LABEL_WORD = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const LABEL_PREFIX =
  /^(?=.{1,253}$)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

/** The key of a Kubernetes label, with or without a prefix. */
export const labelName: Complaint<string> = value => {
  const parts = value.split('/');
  const name = parts.pop() ?? '';
  const prefixIsFine =
    parts.length === 0 || (parts.length === 1 && LABEL_PREFIX.test(parts[0]));
  return prefixIsFine && LABEL_WORD.test(name)
    ? undefined
    : `'${value}' cannot be the name of a Kubernetes label`;
};

/** The value of a Kubernetes label. */
export const labelValue: Complaint<string> = value =>
  LABEL_WORD.test(value)
    ? undefined
    : `'${value}' cannot be the value of a Kubernetes label`;

/** Control characters, the delete character included. */
function hasControlCharacters(value: string): boolean {
  return [...value].some(character => character < ' ' || character === '\x7f');
}

/** The name of a git branch, after git's own rules for references. */
export const branchName: Complaint<string> = value => {
  const isFine =
    value.length > 0 &&
    value.length <= 244 &&
    value !== '@' &&
    !hasControlCharacters(value) &&
    !/[\s~^:?*[\\]|\.\.|@\{|\/\//.test(value) &&
    !value.startsWith('-') &&
    !value.startsWith('/') &&
    !value.endsWith('/') &&
    !value.endsWith('.') &&
    !value
      .split('/')
      .some(part => part.startsWith('.') || part.endsWith('.lock'));
  return isFine ? undefined : `'${value}' cannot be the name of a git branch`;
};

/** A path inside a repository: relative, without detours. */
export const repositoryPath: Complaint<string> = value => {
  const isFine =
    value.length > 0 &&
    value.length <= 1024 &&
    !value.startsWith('/') &&
    !value.includes('\\') &&
    !hasControlCharacters(value) &&
    value
      .split('/')
      .every(part => part !== '' && part !== '.' && part !== '..');
  return isFine
    ? undefined
    : `'${value}' is not a path inside a repository (relative, no '..')`;
};

/** Two parts as GitHub names them, after the host where it is not the default one. */
const GITHUB_SLUG =
  /^(?:[A-Za-z0-9][A-Za-z0-9.-]{0,252}(?::\d{1,5})?\/)?[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}$/;

/** GitHub `owner/repo`, on hosts other than the default one `host/owner/repo`. */
export const repositorySlug: Complaint<string> = value =>
  GITHUB_SLUG.test(value)
    ? undefined
    : `'${value}' is not of the form owner/repo`;

/** GitHub team `org/team`, on hosts other than the default one `host/org/team`. */
export function teamSlug(text: string): Parsed<string> {
  return GITHUB_SLUG.test(text)
    ? { value: text }
    : { complaint: `'${text}' is not of the form org/team` };
}

/** Text that people read, and that fits where it is shown. */
export const oneLine: Complaint<string> = value =>
  value.length <= 200 && !hasControlCharacters(value)
    ? undefined
    : 'it is longer than 200 characters, or more than one line';

const CONNECTION_HEADERS = [
  'connection',
  'content-length',
  'content-type',
  'host',
  'transfer-encoding',
];

/** The name of a header that is ours to choose, as far as it can be a key of the configuration. */
export const headerName: Complaint<string> = value => {
  if (!/^[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)*$/.test(value)) {
    return 'it cannot be the name of a header';
  }
  return CONNECTION_HEADERS.includes(value.toLowerCase())
    ? 'the request itself sets this header'
    : undefined;
};

const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,3})?)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;

/** An ISO instant with its zone, in ms epoch. */
export function instant(text: string): Parsed<number> {
  const match = INSTANT.exec(text);
  if (!match) {
    return { complaint: `'${text}' is not a date and time with a zone` };
  }
  const [year, month, day] = match.slice(1, 4).map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  // The 30th of February would silently become a day in March.
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
    ? { value: Date.parse(text) }
    : { complaint: `'${text}' is no day of the calendar` };
}

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** `fri 16:00` as a minute of the week; Monday 00:00 is minute 0. */
export function minuteOfWeek(text: string): Parsed<number> {
  const match = /^([a-z]{3}) ([01]\d|2[0-3]):([0-5]\d)$/.exec(
    text.toLowerCase(),
  );
  const day = match ? WEEKDAYS.indexOf(match[1]) : -1;
  return match && day >= 0
    ? { value: (day * 24 + Number(match[2])) * 60 + Number(match[3]) }
    : { complaint: `'${text}' is not a day and a time of the week` };
}

/** The name of a time zone, as this Node knows them. */
export const timeZone: Complaint<string> = value =>
  /^[A-Za-z]/.test(value) && isTimeZone(value)
    ? undefined
    : `'${value}' is no time zone`;

function isTimeZone(value: string): boolean {
  try {
    Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return false;
  }
}

/** An http(s) address; credentials in it would end up in logs. */
export const httpUrl: Complaint<string> = value => {
  let url: URL;
  try {
    url = new URL(value);
  } catch {
    return 'it is not an address';
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return 'its address must begin with http:// or https://';
  }
  if (url.username || url.password) {
    return 'its address contains credentials; they belong in keys of their own';
  }
  return url.search || url.hash
    ? "its address must not contain '?' or '#'"
    : undefined;
};

export function withoutTrailingSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
