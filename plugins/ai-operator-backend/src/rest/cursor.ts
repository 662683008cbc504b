import { createHash } from 'node:crypto';
import { z } from 'zod';
import { PagePosition } from '../persistence';
import { badRequest } from './errors';

const cursorSchema = z.object({
  /** Which list it belongs to. */
  of: z.string(),
  after: z.array(z.union([z.string(), z.number()])).max(8),
});

function fingerprint(list: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(list))
    .digest('base64url')
    .slice(0, 16);
}

/**
 * The opaque text for a position in a list. `list` is all that makes the list
 * what it is: route, filters, sort. The size of a page may change in between.
 */
export function encodeCursor(
  list: unknown,
  position: PagePosition | undefined,
): string | undefined {
  return (
    position &&
    Buffer.from(
      JSON.stringify({ of: fingerprint(list), after: position }),
    ).toString('base64url')
  );
}

/**
 * The position in `cursor`; undefined for the first page. `shape` is what the
 * list sorts by. Throws 400 for what is no cursor, or one of another list.
 */
export function decodeCursor(
  list: unknown,
  cursor: string | undefined,
  shape: ReadonlyArray<'string' | 'number'>,
): PagePosition | undefined {
  if (cursor === undefined) {
    return undefined;
  }
  const { of, after } = parse(cursor);
  if (of !== fingerprint(list)) {
    throw badRequest(
      'cursor',
      'it belongs to a list with other filters or another order; begin again without it',
    );
  }
  const fits =
    after.length === shape.length &&
    // eslint-disable-next-line valid-typeof -- the shape names types
    after.every((value, index) => typeof value === shape[index]) &&
    !after.some(value => typeof value === 'string' && value.includes('\0'));
  if (!fits) {
    throw badRequest('cursor', 'it is not a cursor of ours');
  }
  return after;
}

function parse(cursor: string): z.infer<typeof cursorSchema> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    value = undefined;
  }
  const result = cursorSchema.safeParse(value);
  if (!result.success) {
    throw badRequest(
      'cursor',
      'it is not a cursor of ours: pass nextCursor of the page before, or leave it out',
    );
  }
  return result.data;
}
