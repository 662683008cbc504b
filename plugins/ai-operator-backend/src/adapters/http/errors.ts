import { PortError, PortErrorCode } from '../../ports';
import { codeForStatus, NETWORK_CODES } from './retryTable';

/** Longest piece of another system's words that goes into our messages. */
const MAX_QUOTE = 300;

/** Clone URLs may carry a user and password; what is stored, shown and logged must not. */
export function withoutUrlCredentials(text: string): string {
  return text.includes('@')
    ? text.replace(/(:\/\/)[^\s/?#@]{1,2000}@/g, '$1[redacted]@')
    : text;
}

/** One line of somebody else's text, short enough for a message, without credentials in addresses. */
export function quote(text: string): string {
  const line = withoutUrlCredentials(text).replace(/\s+/g, ' ').trim();
  return line.length > MAX_QUOTE ? `${line.slice(0, MAX_QUOTE)}…` : line;
}

/** A property of anything, errors of other realms included. */
function read(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Reflect.get(value, name)
    : undefined;
}

/** The code of an error or of one of its causes, such as `ECONNREFUSED`. */
export function networkCodeOf(error: unknown): string | undefined {
  let current = error;
  for (let depth = 0; depth < 5 && current; depth += 1) {
    const code = read(current, 'code');
    if (typeof code === 'string' && Object.hasOwn(NETWORK_CODES, code)) {
      return code;
    }
    // Both address families failed: an aggregate without a cause.
    const inner = read(current, 'errors');
    current = Array.isArray(inner) ? inner[0] : read(current, 'cause');
  }
  return undefined;
}

const HINTS: Record<string, string> = {
  ECONNREFUSED: '; nothing listens there',
  ENOTFOUND: '; the host name does not exist, check the configured address',
  EAI_AGAIN: '; the host name could not be resolved just now',
  CERT_HAS_EXPIRED: '; its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT:
    '; its certificate is self-signed, add its authority with NODE_EXTRA_CA_CERTS',
  SELF_SIGNED_CERT_IN_CHAIN:
    '; its certificate authority is unknown, add it with NODE_EXTRA_CA_CERTS',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    '; its certificate authority is unknown, add it with NODE_EXTRA_CA_CERTS',
  ERR_SSL_WRONG_VERSION_NUMBER:
    '; it does not speak TLS, check http:// and https://',
};

/** A thrown network error as a PortError; PortErrors pass unchanged. `asked` is what was asked of whom. */
export function toPortError(error: unknown, asked: string): PortError {
  if (error instanceof PortError) {
    return error;
  }
  const networkCode = networkCodeOf(error);
  if (networkCode) {
    const code = NETWORK_CODES[networkCode];
    return new PortError(
      code,
      `${asked} failed: ${networkCode}${HINTS[networkCode] ?? ''}`,
      { cause: error },
    );
  }
  const message = read(error, 'message');
  return new PortError(
    'UNAVAILABLE',
    `${asked} failed: ${quote(String(message ?? error))}`,
    {
      cause: error,
    },
  );
}

const STATUS_HINTS: Partial<Record<PortErrorCode, string>> = {
  UNAUTHENTICATED: '; the credentials were refused, check them',
};

/** An HTTP answer that is an error. `because` is the other system's own explanation. */
export function errorForStatus(options: {
  status: number;
  asked: string;
  because?: string;
  /** Overrides what the status alone would mean. */
  code?: PortErrorCode;
  retryAt?: number;
  cause?: unknown;
}): PortError {
  const code = options.code ?? codeForStatus(options.status);
  const words = options.because ? `: ${quote(options.because)}` : '';
  return new PortError(
    code,
    `${options.asked} answered ${options.status}${words}${
      STATUS_HINTS[code] ?? ''
    }`,
    { cause: options.cause, retryAt: options.retryAt },
  );
}
