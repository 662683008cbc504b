import { isError } from '@backstage/errors';
import { redact } from '@ai-operator/backstage-plugin-ai-operator-common';

/** Causes beyond this are not told. */
const MAX_CAUSES = 5;

function text(value: string): string {
  return String(redact(value));
}

/** What may be told of an error: fields that client libraries hang on theirs, such as a request with its headers, are left behind. */
class SafeError extends Error {
  /** Log formats write fields as JSON, in which an error would be `{}`. */
  toJSON(): string {
    return `${this.name}: ${this.message}`;
  }
}

/** The stacks of an error and of its causes: log formats write one stack only. */
function stackOf(error: unknown): string {
  const stacks: string[] = [];
  let current: unknown = error;
  // Those of native modules are errors without being instances of `Error`.
  while (isError(current) && stacks.length <= MAX_CAUSES) {
    const { name, message, stack } = current;
    stacks.push(typeof stack === 'string' ? stack : `${name}: ${message}`);
    current = current.cause;
  }
  return stacks.join('\ncaused by: ');
}

/** A copy of an error and its causes in which no credential is left. */
export function safeError(error: unknown, depth = 0): Error {
  if (error instanceof SafeError) {
    return error;
  }
  if (!isError(error)) {
    return new SafeError(text(String(error)));
  }
  const { cause } = error;
  const safe = new SafeError(
    text(error.message),
    cause === undefined || depth >= MAX_CAUSES
      ? undefined
      : { cause: safeError(cause, depth + 1) },
  );
  // Not enumerable, or it would be one more field of the line.
  Object.defineProperty(safe, 'name', { value: error.name });
  safe.stack = text(stackOf(error));
  return safe;
}
