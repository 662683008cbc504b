import { CustomErrorBase } from '@backstage/errors';

/** The part of a zod schema that is needed to check an answer. */
export interface AnswerSchema<T> {
  safeParse(
    value: unknown,
  ):
    | { success: true; data: T }
    | { success: false; error: { issues: readonly AnswerIssue[] } };
}

interface AnswerIssue {
  path: readonly PropertyKey[];
  message: string;
}

/** The backend and the portal do not agree on the shape of an answer. */
export class MalformedAnswerError extends CustomErrorBase {
  name = 'MalformedAnswerError' as const;
}

/** Checks an answer against its schema; throws {@link MalformedAnswerError} that names the first wrong field. */
export function parseAnswer<T>(
  question: string,
  value: unknown,
  schema: AnswerSchema<T>,
): T {
  const result = schema.safeParse(value);
  if (result.success) {
    return result.data;
  }
  const [first, ...others] = result.error.issues;
  const field = first?.path.map(String).join('.') || 'the whole answer';
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  throw new MalformedAnswerError(
    `The AI Operator backend answered ${question} in a shape this portal does not know: ${field}: ${first?.message}${more}. Install the same version of both plugins.`,
  );
}
