/** One finished call to an outside system: becomes an MCP_CALL audit record and a metric (SPEC §10). */
export interface CallRecord {
  /** The seed's name, such as `argocd.getApplicationHealth` or `github.createPullRequest`. */
  name: string;
  /** What was asked; never a credential. */
  parameters: Record<string, unknown>;
  result: 'success' | 'failure';
  /** A short summary of the answer, or the error. */
  response?: unknown;
  errorCode?: PortErrorCode;
  startedAt: number;
  durationMs: number;
  retryCount: number;
}

/** Passed to every port method: where its calls are recorded, and when to give up. */
export interface CallContext {
  record(call: CallRecord): void;
  signal?: AbortSignal;
}

export const PORT_ERROR_CODES = [
  'NOT_FOUND',
  'UNAUTHENTICATED',
  'PERMISSION_DENIED',
  'VALIDATION',
  'CONFLICT',
  'RATE_LIMITED',
  'TIMEOUT',
  'UNAVAILABLE',
  'MALFORMED_ANSWER',
  'MISCONFIGURED',
  'CANCELLED',
] as const;

export type PortErrorCode = (typeof PORT_ERROR_CODES)[number];

/**
 * The only error a port throws. `message` is written for a person: what was
 * asked, of whom, what came back, and what to do where that is known.
 */
export class PortError extends Error {
  readonly code: PortErrorCode;
  /** When the other side said to come back (ms epoch). */
  readonly retryAt?: number;

  constructor(
    code: PortErrorCode,
    message: string,
    options?: { cause?: unknown; retryAt?: number },
  ) {
    super(message, { cause: options?.cause });
    this.name = 'PortError';
    this.code = code;
    this.retryAt = options?.retryAt;
  }
}
