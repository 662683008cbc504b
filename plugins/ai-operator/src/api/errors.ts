import { ResponseError } from '@backstage/errors';

/** What the backend said when it refused, in full. */
export function errorMessage(error: Error): string {
  if (ResponseError.is(error)) {
    return `${error.body.error.message || error.message} (HTTP ${
      error.response.status
    })`;
  }
  return error.message;
}

/** The HTTP status of an answer that refuses; undefined when no answer came. */
export function errorStatus(error: Error): number | undefined {
  return ResponseError.is(error) ? error.response.status : undefined;
}

/** The backend's stable code, such as `VERSION_CONFLICT`; undefined when it gave none. */
export function errorCode(error: Error): string | undefined {
  if (!ResponseError.is(error)) return undefined;
  const { code } = error.body.error;
  return typeof code === 'string' ? code : undefined;
}
