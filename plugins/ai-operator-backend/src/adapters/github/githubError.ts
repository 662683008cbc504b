import { z } from 'zod';
import { PortError, PortErrorCode } from '../../ports';
import { errorForStatus, ReadHeader, readRetryAt } from '../http';

const bodySchema = z.object({
  message: z.string().optional(),
  documentation_url: z.string().optional(),
  errors: z
    .array(
      z.union([
        z.string(),
        z.object({
          message: z.string().optional(),
          field: z.string().optional(),
          code: z.string().optional(),
        }),
      ]),
    )
    .optional(),
});

/** GitHub's own explanation, with the fields it complains about. */
export function explanationIn(data: unknown): string | undefined {
  const body = bodySchema.safeParse(data).data;
  const details = (body?.errors ?? []).map(error =>
    typeof error === 'string'
      ? error
      : error.message ?? [error.field, error.code].filter(Boolean).join(' '),
  );
  const words = [body?.message, ...details].filter(Boolean);
  return words.length ? words.join('; ') : undefined;
}

/**
 * GitHub says 403 both for "you may not" and for "not so fast". The latter has
 * a header that says when, or nothing left, or names the page about rate limits.
 */
function isRateLimit(
  status: number,
  data: unknown,
  header: ReadHeader,
): boolean {
  if (status === 429) {
    return true;
  }
  return (
    status === 403 &&
    (header('retry-after') !== undefined ||
      header('x-ratelimit-remaining') === '0' ||
      Boolean(
        bodySchema
          .safeParse(data)
          .data?.documentation_url?.includes('rate-limit'),
      ))
  );
}

const HINTS: Partial<Record<PortErrorCode, string>> = {
  NOT_FOUND: ' (GitHub says the same of what our credentials may not see)',
  MISCONFIGURED:
    ' (the repository was renamed or moved; update the address in the Application)',
};

/** An error answer of GitHub's REST API. */
export function githubError(options: {
  status: number;
  data: unknown;
  header: ReadHeader;
  asked: string;
  now: number;
  cause?: unknown;
}): PortError {
  const { status, data, header, asked, now, cause } = options;
  const limited = isRateLimit(status, data, header);
  const retryAt =
    readRetryAt(header, now) ??
    // GitHub: without a time, wait a minute at least after a secondary limit.
    (limited ? now + 60_000 : undefined);
  const error = errorForStatus({
    status,
    asked,
    because: explanationIn(data),
    code: limited ? 'RATE_LIMITED' : undefined,
    retryAt: limited || status >= 500 ? retryAt : undefined,
    cause,
  });
  const hint = HINTS[error.code];
  return hint
    ? new PortError(error.code, error.message + hint, {
        cause,
        retryAt: error.retryAt,
      })
    : error;
}

/** GraphQL answers 200 with errors inside; their `type` is what tells them apart. */
const GRAPHQL_CODES: Record<string, PortErrorCode> = {
  NOT_FOUND: 'NOT_FOUND',
  FORBIDDEN: 'PERMISSION_DENIED',
  INSUFFICIENT_SCOPES: 'PERMISSION_DENIED',
  RATE_LIMITED: 'RATE_LIMITED',
  RATE_LIMIT: 'RATE_LIMITED',
  MAX_NODE_LIMIT_EXCEEDED: 'VALIDATION',
  UNPROCESSABLE: 'VALIDATION',
};

const graphqlErrors = z
  .array(
    z.object({
      type: z.string().optional(),
      message: z.string().optional(),
      extensions: z.object({ code: z.string().optional() }).optional(),
    }),
  )
  .min(1);

/** The first of a GraphQL answer's errors; undefined when there is none. */
export function graphqlError(
  errors: unknown,
  header: ReadHeader,
  asked: string,
  now: number,
): PortError | undefined {
  const [first] = graphqlErrors.safeParse(errors).data ?? [];
  if (!first) {
    return undefined;
  }
  // A question GitHub could not parse has a code and no type; one it gave up on has neither.
  const fallback = first.extensions?.code ? 'VALIDATION' : 'UNAVAILABLE';
  const code = GRAPHQL_CODES[first.type ?? ''] ?? fallback;
  return new PortError(
    code,
    `${asked} was answered with an error: ${first.message ?? first.type}`,
    {
      retryAt:
        code === 'RATE_LIMITED'
          ? readRetryAt(header, now) ?? now + 60_000
          : undefined,
    },
  );
}
