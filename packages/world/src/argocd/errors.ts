import type { Response } from 'express';

/** gRPC status codes, by the HTTP status grpc-gateway turns them into. */
const CODES: Readonly<Record<number, number>> = {
  400: 3,
  401: 16,
  403: 7,
  404: 5,
  409: 6,
  429: 8,
  500: 13,
  501: 12,
  503: 14,
  504: 4,
};

/** The error document of Argo CD's API. */
export interface ArgoError extends Record<string, unknown> {
  error: string;
  code: number;
  message: string;
}

/** Words an HTTP status as grpc-gateway does. */
export function argoError(
  status: number,
  message: string,
  code: number = CODES[status] ?? 2,
): ArgoError {
  return { error: message, code, message };
}

/** Answers an error in Argo CD's shape. */
export function sendArgoError(
  response: Response,
  status: number,
  message: string,
  code?: number,
): void {
  response.status(status).json(argoError(status, message, code));
}
