import { IncomingHttpHeaders } from 'node:http';
import {
  BackstageCredentials,
  BackstageServicePrincipal,
  BackstageUserPrincipal,
} from '@backstage/backend-plugin-api';
import { BasicPermission } from '@backstage/plugin-permission-common';
import { z } from 'zod';
import { Auditing, Note } from './auditing';
import { RouterDeps } from './deps';
import { badRequest } from './errors';

/** Who asks. */
export type Caller = BackstageCredentials<
  BackstageUserPrincipal | BackstageServicePrincipal
>;

/** What came with a request, not yet checked. */
export interface RawInput {
  params: unknown;
  query: unknown;
  headers: IncomingHttpHeaders;
  /** Only read for routes that take one. */
  body: unknown;
  /** For Backstage's auditor, where the route has `auditing`. */
  note: Note;
}

/** One route of the API: what it takes, what it answers, and how. The OpenAPI document is made from it. */
export interface Route {
  method: 'get' | 'post' | 'put';
  /** Path in Express' words, below the plugin's base. */
  path: string;
  operationId: string;
  summary: string;
  params: z.ZodObject;
  query: z.ZodObject;
  /** Headers it looks at, besides the sign-in. */
  headers: z.ZodObject;
  /** Absent: it takes none. */
  body?: z.ZodObject;
  /** A schema of the common package, or {@link jsonLines} for a download. */
  answer: z.ZodType;
  /** 202: it is recorded, and acted on later. */
  status: 200 | 202;
  /** Asked for besides `ai-operator.read`. */
  permission?: BasicPermission;
  /** The route asks for permissions itself, because what it refuses is audited. */
  refusesItself: boolean;
  /** Absent: Backstage's auditor is not told of it. */
  auditing?: Auditing;
  /** How many of these may run at once in this process; more are asked to come again (BUSY). */
  atOnce?: number;
  /** What 403 means here, where it is not only a missing permission. */
  forbidden?: string;
  /** What 404 means here, if it can happen. */
  notFound?: string;
  /** What 409 means here, if it can happen. */
  conflict?: string;
  /** What 503 means here, if it can happen. */
  unavailable?: string;
  /** Checks the raw input and answers. */
  handle(raw: RawInput, caller: Caller, deps: RouterDeps): Promise<unknown>;
}

const NOTHING = z.strictObject({});

type Empty = typeof NOTHING;

type Optional = 'method' | 'status' | 'refusesItself' | 'headers' | 'body';

/** Types a route by its schemas; input that does not fit never reaches `answerWith`. */
export function defineRoute<
  TParams extends z.ZodObject,
  TQuery extends z.ZodObject,
  TAnswer extends z.ZodType,
  THeaders extends z.ZodObject = Empty,
  TBody extends z.ZodObject = Empty,
>(
  definition: Omit<Route, 'handle' | 'params' | 'query' | 'answer' | Optional> &
    Partial<Pick<Route, 'method' | 'status' | 'refusesItself'>> & {
      params: TParams;
      query: TQuery;
      headers?: THeaders;
      body?: TBody;
      answer: TAnswer;
      answerWith(
        input: {
          params: z.output<TParams>;
          query: z.output<TQuery>;
          headers: z.output<THeaders>;
          body: z.output<TBody>;
          note: Note;
        },
        caller: Caller,
        deps: RouterDeps,
      ): Promise<z.input<TAnswer>>;
    },
): Route {
  const { answerWith, ...given } = definition;
  const headers: z.ZodObject = definition.headers ?? NOTHING;
  const body: z.ZodObject = definition.body ?? NOTHING;
  return {
    method: 'get',
    status: 200,
    refusesItself: false,
    ...given,
    headers,
    handle: (raw, caller, deps) =>
      answerWith(
        {
          params: check(definition.params, raw.params),
          query: check(definition.query, raw.query),
          headers: check(
            headers,
            pick(headers, raw.headers),
          ) as z.output<THeaders>,
          body: check(body, raw.body ?? {}, 'field') as z.output<TBody>,
          note: raw.note,
        },
        caller,
        deps,
      ),
  };
}

/** Of all the headers of a request those the route knows. */
function pick(
  schema: z.ZodObject,
  headers: IncomingHttpHeaders,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(schema.shape).map(name => [name, headers[name]]),
  );
}

function check<T extends z.ZodObject>(
  schema: T,
  value: unknown,
  kind: 'parameter' | 'field' = 'parameter',
): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) {
    return result.data;
  }
  const [issue] = result.error.issues;
  // A list in a parameter is one value to whoever asks.
  const place = issue.path
    .slice(0, kind === 'parameter' ? 1 : undefined)
    .map(String);
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(schema.shape);
    const isNested = place.length > 0;
    throw badRequest(
      [...place, issue.keys[0]].join('.'),
      known.length > 0
        ? `there is no such ${kind}${
            isNested ? '' : `; there are ${known.join(', ')}`
          }`
        : `this route takes no ${kind}s`,
    );
  }
  throw badRequest(
    place.length > 0 ? place.join('.') : 'request',
    issue.message,
  );
}
