import type { Response } from 'express';

const REASONS: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  410: 'Expired',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

/** A Kubernetes `Status` object, as every error is answered. */
export function statusObject(
  code: number,
  message: string,
  details?: Record<string, string>,
): Record<string, unknown> {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(REASONS[code] && { reason: REASONS[code] }),
    ...(details && { details }),
    code,
  };
}

/** Answers a `Status` object. */
export function sendStatus(
  response: Response,
  code: number,
  message: string,
  details?: Record<string, string>,
): void {
  response.status(code).json(statusObject(code, message, details));
}
