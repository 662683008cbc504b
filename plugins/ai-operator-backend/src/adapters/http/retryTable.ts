import { PortErrorCode } from '../../ports';

// What comes of these codes stands in the ports, because the outbox keeps to it as well.
export {
  CALLS,
  type CallName,
  checkRetryTable,
  ERROR_RULES,
  MAX_RETRY_DELAY_MS,
  mayRetry,
  RETRY_DELAYS_MS,
} from '../../ports';

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
