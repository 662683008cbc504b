import { Complaint } from './section';

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

/** GitHub `owner/repo`. */
export const repositorySlug: Complaint<string> = value =>
  /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}$/.test(value)
    ? undefined
    : `'${value}' is not of the form owner/repo`;

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
