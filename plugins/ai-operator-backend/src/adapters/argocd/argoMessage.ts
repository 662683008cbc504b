import { z } from 'zod';

const errorSchema = z.object({ message: z.string() });

/** Argo CD's own explanation in an error answer; undefined when there is none in its shape. */
export function argoMessage(body: string): string | undefined {
  try {
    return errorSchema.safeParse(JSON.parse(body)).data?.message;
  } catch {
    return undefined;
  }
}
