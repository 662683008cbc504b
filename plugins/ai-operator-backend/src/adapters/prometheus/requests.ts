import { z } from 'zod';
import { PrometheusConfig } from '../../config';

const errorSchema = z.object({ error: z.string() });

/** Prometheus' own explanation in an error answer; undefined when there is none in its shape. */
export function errorIn(text: string): string | undefined {
  try {
    return errorSchema.safeParse(JSON.parse(text)).data?.error;
  } catch {
    return undefined;
  }
}

/** Headers that let us in. */
export function authorization(
  auth: PrometheusConfig['auth'],
): Record<string, string> {
  switch (auth.kind) {
    case 'bearer':
      return { authorization: `Bearer ${auth.token.reveal()}` };
    case 'basic': {
      const pair = `${auth.username}:${auth.password.reveal()}`;
      return {
        authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
      };
    }
    default:
      return {};
  }
}
