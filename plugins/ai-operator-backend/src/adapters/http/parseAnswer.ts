import { z } from 'zod';
import { PortError } from '../../ports';

/** @throws PortError MALFORMED_ANSWER when the text is not JSON */
export function parseJson(text: string, asked: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PortError(
      'MALFORMED_ANSWER',
      `${asked} answered something that is not JSON (${text.length} characters)`,
      { cause },
    );
  }
}

/**
 * Checks the fields we use; the first one that does not fit is named.
 *
 * @throws PortError MALFORMED_ANSWER
 */
export function parseAnswer<S extends z.ZodType>(
  schema: S,
  value: unknown,
  asked: string,
): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) {
    return result.data;
  }
  const [issue] = result.error.issues;
  const field = issue.path.map(String).join('.') || 'the whole answer';
  throw new PortError(
    'MALFORMED_ANSWER',
    `${asked} answered without a usable '${field}': ${issue.message}`,
    { cause: result.error },
  );
}
