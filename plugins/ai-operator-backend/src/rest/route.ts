import {
  BackstageCredentials,
  BackstageServicePrincipal,
  BackstageUserPrincipal,
} from '@backstage/backend-plugin-api';
import { z } from 'zod';
import { RouterDeps } from './deps';
import { badRequest } from './errors';

/** Who asks. */
export type Caller = BackstageCredentials<
  BackstageUserPrincipal | BackstageServicePrincipal
>;

/** One route of the API: what it takes, what it answers, and how. The OpenAPI document is made from it. */
export interface Route {
  /** Path in Express' words, below the plugin's base. */
  path: string;
  operationId: string;
  summary: string;
  params: z.ZodObject;
  query: z.ZodObject;
  /** A schema of the common package. */
  answer: z.ZodType;
  /** What 404 means here, if it can happen. */
  notFound?: string;
  /** Checks the raw input and answers. */
  handle(
    raw: { params: unknown; query: unknown },
    caller: Caller,
    deps: RouterDeps,
  ): Promise<unknown>;
}

/** Types a route by its schemas; input that does not fit never reaches `answerWith`. */
export function defineRoute<
  TParams extends z.ZodObject,
  TQuery extends z.ZodObject,
  TAnswer extends z.ZodType,
>(
  definition: Omit<Route, 'handle' | 'params' | 'query' | 'answer'> & {
    params: TParams;
    query: TQuery;
    answer: TAnswer;
    answerWith(
      input: { params: z.output<TParams>; query: z.output<TQuery> },
      caller: Caller,
      deps: RouterDeps,
    ): Promise<z.input<TAnswer>>;
  },
): Route {
  const { answerWith, ...route } = definition;
  return {
    ...route,
    handle: (raw, caller, deps) =>
      answerWith(
        {
          params: check(definition.params, raw.params),
          query: check(definition.query, raw.query),
        },
        caller,
        deps,
      ),
  };
}

function check<T extends z.ZodObject>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) {
    return result.data;
  }
  const [issue] = result.error.issues;
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(schema.shape);
    throw badRequest(
      issue.keys[0],
      known.length > 0
        ? `there is no such parameter; there are ${known.join(', ')}`
        : 'this route takes no parameters',
    );
  }
  throw badRequest(String(issue.path[0] ?? 'request'), issue.message);
}
