import {
  auditRecordSchema,
  ENVIRONMENTS,
  MEASURED_HEALTH,
  ROLLBACK_STATES,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { z } from 'zod';

/** Rows of one page at most. */
export const MAX_LIMIT = 200;
const DEFAULT_LIMIT = 50;

/** A name or other short text: no control characters, which no database or log should meet. */
function shortText(max: number) {
  return (
    z
      .string()
      .min(1, 'is empty')
      .max(max, `is longer than ${max} characters`)
      // eslint-disable-next-line no-control-regex -- they are what is refused
      .regex(/^[^\u0000-\u001f\u007f]*$/, 'contains control characters')
  );
}

/** One of the words, or several with commas between them. */
function listOf<const T extends readonly string[]>(words: T) {
  return z
    .preprocess(
      value =>
        (Array.isArray(value) ? value : [value])
          .flatMap(part => String(part).split(','))
          .map(part => part.trim()),
      z
        .array(
          z.enum(words, {
            error: issue =>
              `'${String(issue.input)}' is none of ${words.join(', ')}`,
          }),
        )
        .max(words.length * 2),
    )
    .optional();
}

/** A number of things, of which more are asked for in several requests. */
export function countUpTo(max: number, more: string) {
  return z.coerce
    .number({ error: 'is not a number' })
    .int('is not a whole number')
    .min(1, 'is less than 1')
    .max(max, `is more than ${max}: ${more}`);
}

export const nameParameter = shortText(253);
export const environmentParameter = z
  .enum(ENVIRONMENTS, { error: `is none of ${ENVIRONMENTS.join(', ')}` })
  .optional();
export const healthParameter = listOf(MEASURED_HEALTH);
export const stateParameter = listOf(ROLLBACK_STATES);
export const actionTypeParameter = listOf(
  auditRecordSchema.shape.actionType.options,
);
export const seqParameter = z.coerce
  .number({ error: 'is not the number of an entry' })
  .int('is not a whole number')
  .min(1, 'is less than 1, the number of the first entry')
  .max(Number.MAX_SAFE_INTEGER, 'is larger than any number of an entry')
  .optional();
export const textParameter = shortText(200).optional();
export const orderParameter = z
  .enum(['asc', 'desc'], { error: 'is neither asc nor desc' })
  .optional();
export const limitParameter = countUpTo(
  MAX_LIMIT,
  'ask for pages with cursor',
).default(DEFAULT_LIMIT);
export const cursorParameter = z
  .string()
  .min(1, 'is empty: leave it out for the first page')
  .max(2_000, 'is not a cursor of ours')
  .optional();
export const flagParameter = z
  .enum(['true', 'false'], { error: 'is neither true nor false' })
  .transform(value => value === 'true')
  .pipe(z.boolean())
  .optional();
export const instantParameter = z.coerce
  .number({ error: 'is not a time in epoch milliseconds' })
  .int('is not a whole number of epoch milliseconds')
  .min(0, 'is negative')
  .max(8_640_000_000_000_000, 'is not a time in epoch milliseconds')
  .optional();

/** For routes without parameters of one kind. */
export const noParameters = z.strictObject({});
