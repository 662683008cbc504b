import { isError } from '@backstage/errors';
import { z } from 'zod';
import { PortError } from '../../ports';
import {
  codeForStatus,
  errorForStatus,
  networkCodeOf,
  readRetryAt,
  toPortError,
} from '../http';

/** A request that came to nothing. */
export interface Failure {
  error: unknown;
  /** What was asked of whom. */
  asked: string;
  /** The caller lost interest. */
  isCancelled: boolean;
  isOutOfTime: boolean;
  timeoutMs: number;
  /** What went wrong below HTTP last. */
  lastFailure: Error | undefined;
  now: number;
}

const MAX_CAUSE = 1_000;

/** Certificates that nobody we trust has signed. */
const UNKNOWN_AUTHORITY = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
];

const responseSchema = z.object({
  meta: z.object({
    statusCode: z.number(),
    headers: z.record(z.string(), z.unknown()).catch({}),
    body: z.unknown(),
  }),
});

/** Elasticsearch's own explanation of an error, whole or of one item. */
export const reasonSchema = z.object({
  type: z.string(),
  reason: z.string().nullish(),
  caused_by: z
    .object({ type: z.string(), reason: z.string().nullish() })
    .nullish(),
});

/** `type: reason (because of that)` */
export function wordReason(error: z.output<typeof reasonSchema>): string {
  const cause = error.caused_by?.reason;
  return `${error.type}${error.reason ? `: ${error.reason}` : ''}${
    cause ? ` (${cause})` : ''
  }`;
}

/** An error of the client in our words; none of `secrets` is in it. What is no error of the client passes unchanged. */
export function explainFailure(failure: Failure, secrets: string[]): unknown {
  const { error, asked } = failure;
  if (!isError(error) || error instanceof PortError) {
    return error;
  }
  const hide = (text: string) =>
    secrets
      .filter(secret => secret !== '')
      .reduce((result, secret) => result.replaceAll(secret, '[secret]'), text);
  // The client's errors carry the whole request along, documents and headers.
  const cause = new Error(
    hide(`${error.name}: ${error.message}`).slice(0, MAX_CAUSE),
  );
  switch (error.name) {
    case 'ResponseError':
      return answered(failure, hide, cause);
    case 'TimeoutError':
    case 'RequestAbortedError':
      return stopped(failure, cause);
    case 'ConnectionError':
    case 'NoLivingConnectionsError':
      return unreached(failure, cause);
    case 'ProductNotSupportedError':
      return new PortError(
        'MISCONFIGURED',
        `${asked}: something answers there that is not Elasticsearch; check the address, and what stands before it`,
        { cause },
      );
    case 'DeserializationError':
      return new PortError(
        'MALFORMED_ANSWER',
        `${asked} answered something that is not JSON`,
        { cause },
      );
    case 'ConfigurationError':
      return new PortError(
        'MISCONFIGURED',
        `${asked}: the client refuses its configuration (${hide(
          error.message,
        )}); check aiOperator.audit.elasticsearch`,
        { cause },
      );
    default:
      return error;
  }
}

function answered(
  { error, asked, now }: Failure,
  hide: (text: string) => string,
  cause: Error,
): PortError {
  const parsed = responseSchema.safeParse(error);
  if (!parsed.success) {
    return new PortError(
      'MALFORMED_ANSWER',
      `${asked} answered with an error that has no status`,
      { cause },
    );
  }
  const { statusCode, headers, body } = parsed.data.meta;
  const reason = z.object({ error: reasonSchema }).safeParse(body);
  return errorForStatus({
    status: statusCode,
    asked,
    because: reason.success ? hide(wordReason(reason.data.error)) : undefined,
    code: codeForStatus(statusCode),
    retryAt: readRetryAt(name => {
      const value = headers[name];
      return typeof value === 'string' ? value : undefined;
    }, now),
    cause,
  });
}

function stopped(failure: Failure, cause: Error): PortError {
  const { asked, isCancelled, isOutOfTime, timeoutMs } = failure;
  if (isCancelled) {
    return new PortError('CANCELLED', `${asked} was cancelled`, { cause });
  }
  return isOutOfTime
    ? new PortError(
        'TIMEOUT',
        `${asked} did not answer within ${timeoutMs} ms`,
        { cause },
      )
    : // The client itself stops only when an answer grows too long.
      new PortError('MALFORMED_ANSWER', `${asked} answered too much`, {
        cause,
      });
}

function unreached({ asked, lastFailure }: Failure, cause: Error): PortError {
  const code = networkCodeOf(lastFailure);
  if (code && UNKNOWN_AUTHORITY.includes(code)) {
    return new PortError(
      'MISCONFIGURED',
      `${asked} failed: ${code}; its certificate is signed by nobody we trust, so add the authority as aiOperator.audit.elasticsearch.tls.ca`,
      { cause: lastFailure },
    );
  }
  return toPortError(code ? lastFailure : cause, asked);
}
