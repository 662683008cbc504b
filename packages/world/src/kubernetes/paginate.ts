import { InputError } from '@backstage/errors';

/**
 * Cuts a list into pages the Kubernetes way (`limit`, `continue`).
 *
 * @throws InputError for a limit or token that cannot be read
 */
export function paginate<T>(
  items: readonly T[],
  options: { limit?: string; continueToken?: string },
): {
  items: readonly T[];
  metadata: { continue?: string; remainingItemCount?: number };
} {
  const offset = readToken(options.continueToken);
  const limit = readLimit(options.limit);
  const page =
    limit === 0 ? items.slice(offset) : items.slice(offset, offset + limit);
  const remaining = items.length - offset - page.length;
  return {
    items: page,
    metadata:
      remaining > 0
        ? {
            continue: Buffer.from(
              JSON.stringify({
                v: 'meta.k8s.io/v1',
                offset: offset + page.length,
              }),
            ).toString('base64url'),
            remainingItemCount: remaining,
          }
        : {},
  };
}

function readLimit(text: string | undefined): number {
  const limit = Number(text ?? 0);
  if (!Number.isInteger(limit) || limit < 0) {
    throw new InputError(
      `Invalid value: "${text}": limit must be an integer >= 0`,
    );
  }
  return limit;
}

function readToken(text: string | undefined): number {
  if (text === undefined) {
    return 0;
  }
  try {
    const token: unknown = JSON.parse(
      Buffer.from(text, 'base64url').toString('utf8'),
    );
    if (
      typeof token === 'object' &&
      token !== null &&
      'offset' in token &&
      Number.isSafeInteger(token.offset) &&
      Number(token.offset) >= 0
    ) {
      return Number(token.offset);
    }
  } catch (error) {
    throw new InputError('continue key is not valid', error);
  }
  throw new InputError('continue key is not valid');
}
