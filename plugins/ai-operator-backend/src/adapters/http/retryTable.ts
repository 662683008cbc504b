import { PORT_ERROR_CODES, PortErrorCode } from '../../ports';

/**
 * The retry policy, all of it. 3 retries after 1 s, 2 s and 4 s, never more than
 * 10 s; what the other side says (`Retry-After`, a rate limit's reset) wins
 * within that bound (SPEC §2).
 */
export const RETRY_DELAYS_MS = [1_000, 2_000, 4_000] as const;
export const MAX_RETRY_DELAY_MS = 10_000;

/** Whether the same question may get another answer a few seconds later. */
export const ERROR_RULES: Record<PortErrorCode, 'retry' | 'final'> = {
  NOT_FOUND: 'final',
  UNAUTHENTICATED: 'final',
  PERMISSION_DENIED: 'final',
  VALIDATION: 'final',
  CONFLICT: 'final',
  RATE_LIMITED: 'retry',
  TIMEOUT: 'retry',
  UNAVAILABLE: 'retry',
  // A wrong shape does not mend in seconds, and whoever asked looks again soon.
  MALFORMED_ANSWER: 'final',
  MISCONFIGURED: 'final',
  CANCELLED: 'final',
};

/** What an HTTP status means; statuses not listed fall back to their class. */
export const STATUS_CODES: Record<number, PortErrorCode> = {
  400: 'VALIDATION',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  405: 'VALIDATION',
  408: 'TIMEOUT',
  409: 'CONFLICT',
  410: 'NOT_FOUND',
  412: 'CONFLICT',
  413: 'VALIDATION',
  422: 'VALIDATION',
  425: 'UNAVAILABLE',
  429: 'RATE_LIMITED',
  451: 'PERMISSION_DENIED',
  500: 'UNAVAILABLE',
  501: 'MISCONFIGURED',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'TIMEOUT',
};

/** What a network error means, by `code` of Node and undici. */
export const NETWORK_CODES: Record<string, PortErrorCode> = {
  ECONNREFUSED: 'UNAVAILABLE',
  ECONNRESET: 'UNAVAILABLE',
  ECONNABORTED: 'UNAVAILABLE',
  EPIPE: 'UNAVAILABLE',
  EHOSTUNREACH: 'UNAVAILABLE',
  EHOSTDOWN: 'UNAVAILABLE',
  ENETUNREACH: 'UNAVAILABLE',
  ENETDOWN: 'UNAVAILABLE',
  EAI_AGAIN: 'UNAVAILABLE',
  // A name that does not resolve is a wrong address far more often than a DNS outage.
  ENOTFOUND: 'MISCONFIGURED',
  ETIMEDOUT: 'TIMEOUT',
  UND_ERR_CONNECT_TIMEOUT: 'TIMEOUT',
  UND_ERR_HEADERS_TIMEOUT: 'TIMEOUT',
  UND_ERR_BODY_TIMEOUT: 'TIMEOUT',
  UND_ERR_SOCKET: 'UNAVAILABLE',
  HPE_INVALID_CONSTANT: 'MALFORMED_ANSWER',
  CERT_HAS_EXPIRED: 'MISCONFIGURED',
  CERT_NOT_YET_VALID: 'MISCONFIGURED',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'MISCONFIGURED',
  SELF_SIGNED_CERT_IN_CHAIN: 'MISCONFIGURED',
  UNABLE_TO_GET_ISSUER_CERT: 'MISCONFIGURED',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'MISCONFIGURED',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'MISCONFIGURED',
  ERR_TLS_CERT_ALTNAME_INVALID: 'MISCONFIGURED',
  ERR_SSL_WRONG_VERSION_NUMBER: 'MISCONFIGURED',
};

type Repetition = 'here' | 'by-outbox';

/**
 * Every external call by its audit name, and who repeats it. `here`: it only
 * reads, so it is asked again at once. `by-outbox`: it changes something; the
 * outbox repeats it, durably and with the same delays, and each try begins by
 * looking at what an earlier one may have left behind. Repeated here as well,
 * three retries would become fifteen.
 */
export const CALLS = {
  'argocd.listApplications': 'here',
  'argocd.getApplicationHealth': 'here',
  'kubernetes.getDeploymentStatus': 'here',
  'prometheus.queryUptime': 'here',
  'github.readRepositoryContent': 'here',
  'github.listCommits': 'here',
  'github.getPullRequestStatus': 'here',
  'github.getPullRequestChecks': 'here',
  'github.listOpenPullRequests': 'here',
  'github.createPullRequest': 'by-outbox',
  'github.mergePullRequest': 'by-outbox',
  'github.closePullRequest': 'by-outbox',
  'github.createIssue': 'by-outbox',
} as const satisfies Record<string, Repetition>;

export type CallName = keyof typeof CALLS;

export function codeForStatus(status: number): PortErrorCode {
  const known = STATUS_CODES[status];
  if (known) {
    return known;
  }
  if (status >= 300 && status < 400) {
    // Redirects are not followed: a login page or a moved address.
    return 'MISCONFIGURED';
  }
  return status >= 500 ? 'UNAVAILABLE' : 'VALIDATION';
}

/** Whether a failed attempt of this call may be followed by another one. */
export function mayRetry(name: CallName, code: PortErrorCode): boolean {
  const table: Record<CallName, Repetition> = CALLS;
  return table[name] === 'here' && ERROR_RULES[code] === 'retry';
}

/**
 * Checked when the adapters are made: a call or an error without a row would
 * otherwise show only in an incident.
 *
 * @throws Error naming what has no row
 */
export function checkRetryTable(usedNames: readonly string[]): void {
  const calls: Record<string, string> = CALLS;
  const rules: Record<string, string> = ERROR_RULES;
  const missing = [
    ...usedNames.filter(name => !Object.hasOwn(calls, name)),
    ...PORT_ERROR_CODES.filter(code => !Object.hasOwn(rules, code)),
  ];
  const unused = Object.keys(calls).filter(name => !usedNames.includes(name));
  if (missing.length || unused.length) {
    throw new Error(
      `The retry table does not fit the calls: no row for [${missing.join(
        ', ',
      )}], row without a call [${unused.join(', ')}]`,
    );
  }
}
