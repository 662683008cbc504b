import { InputError } from '@backstage/errors';
import type { RequestHandler, Router } from 'express';
import type { z } from 'zod';
import { handler } from '../http/handler';

/** Adds `POST /<path>` with a body of that shape; nothing to answer is `{ok: true}`. */
export function post<T extends z.ZodType>(
  router: Router,
  path: string,
  schema: T,
  act: (body: z.infer<T>) => unknown,
): void {
  const route: RequestHandler = handler(async (request, response) => {
    const parsed = schema.safeParse(request.body ?? {});
    if (!parsed.success) {
      throw new InputError(
        `Not a valid body for POST /world/${path}: ${parsed.error.issues
          .map(issue => `${issue.path.join('.') || 'body'}: ${issue.message}`)
          .join('; ')}`,
      );
    }
    response.json((await act(parsed.data)) ?? { ok: true });
  });
  router.post(`/${path}`, route);
}
