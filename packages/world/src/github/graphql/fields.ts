import { GraphQLError, type GraphQLFieldResolver } from 'graphql';
import { permits } from '../state/model';
import { type RateState } from '../state/rateLimits';
import { type RepositoryState } from '../state/repository';
import { type GitHubState } from '../state/state';
import { type Viewer, viewerPermission } from '../rest/call';

export type Args = Record<string, unknown>;

/**
 * An object of an answer: each field is a value or a function of its
 * arguments. A field that is not there is an error, never a null.
 */
export interface Fields {
  readonly __typename: string;
  readonly [field: string]: unknown;
}

/** What resolvers know about the request. */
export interface GraphContext {
  state: GitHubState;
  viewer: Viewer;
  cost: number;
  rate: RateState;
}

/** An error with the `type` GitHub gives it. */
export function typedError(type: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } });
}

/** Takes a field from its {@link Fields}. */
export const resolveField: GraphQLFieldResolver<Fields, GraphContext> = (
  source,
  args: Args,
  _context,
  info,
) => {
  if (!Object.hasOwn(source, info.fieldName)) {
    throw typedError(
      'NOT_SIMULATED',
      `The simulated GitHub does not resolve ${info.parentType.name}.${info.fieldName}`,
    );
  }
  const value = source[info.fieldName];
  return typeof value === 'function' ? value(args, info.fieldName) : value;
};

export function text(args: Args, name: string): string | undefined {
  const value = args[name];
  return typeof value === 'string' ? value : undefined;
}

export function integer(args: Args, name: string): number | undefined {
  const value = args[name];
  return typeof value === 'number' ? value : undefined;
}

export function texts(args: Args, name: string): string[] | undefined {
  const value = args[name];
  return Array.isArray(value)
    ? value.filter((item): item is string => typeof item === 'string')
    : undefined;
}

/** Whether the caller may see a repository. */
export function sees(context: GraphContext, repository: RepositoryState) {
  return permits(
    viewerPermission(context.state, repository, context.viewer),
    'pull',
  );
}

/** Where a page of a connection begins and ends. */
export interface Slice {
  start: number;
  end: number;
}

const MAX_PAGE = 100;

/**
 * The part of a list that `first`/`last`/`after`/`before` ask for.
 *
 * @param positionOf - reads a cursor
 * @throws GraphQLError as GitHub when neither or too large a size is given
 */
export function sliceOf(
  args: Args,
  field: string,
  total: number,
  positionOf: (cursor: string) => number = indexOfCursor,
): Slice {
  const first = integer(args, 'first');
  const last = integer(args, 'last');
  if (first === undefined && last === undefined) {
    throw typedError(
      'MISSING_PAGINATION_BOUNDARIES',
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${field}\` connection.`,
    );
  }
  for (const [name, value] of Object.entries({ first, last })) {
    if (value !== undefined && value > MAX_PAGE) {
      throw typedError(
        'EXCESSIVE_PAGINATION',
        `Requesting ${value} records on the \`${field}\` connection exceeds the \`${name}\` limit of ${MAX_PAGE} records.`,
      );
    }
    if (value !== undefined && value < 0) {
      throw typedError(
        'INVALID_PAGINATION_BOUNDARIES',
        `\`${name}\` on the \`${field}\` connection cannot be less than zero.`,
      );
    }
  }
  const after = text(args, 'after');
  const before = text(args, 'before');
  let start = after === undefined ? 0 : positionOf(after) + 1;
  let end = before === undefined ? total : positionOf(before);
  start = Math.min(Math.max(0, start), total);
  end = Math.min(Math.max(start, end), total);
  if (first !== undefined) {
    end = Math.min(end, start + first);
  }
  if (last !== undefined) {
    start = Math.max(start, end - last);
  }
  return { start, end };
}

function indexOfCursor(cursor: string): number {
  const decoded = Buffer.from(cursor, 'base64').toString('utf8');
  const match = /^cursor:(\d+)$/.exec(decoded);
  if (!match) {
    throw typedError(
      'INVALID_CURSOR_ARGUMENTS',
      `\`${cursor}\` does not appear to be a valid cursor.`,
    );
  }
  return Number(match[1]);
}

export function pageInfo(
  slice: Slice,
  total: number,
  cursor: (index: number) => string,
): Fields {
  const empty = slice.end <= slice.start;
  return {
    __typename: 'PageInfo',
    hasNextPage: slice.end < total,
    hasPreviousPage: slice.start > 0,
    startCursor: empty ? null : cursor(slice.start),
    endCursor: empty ? null : cursor(slice.end - 1),
  };
}

/** A connection over a list in memory. */
export function connection<T>(
  typename: string,
  args: Args,
  field: string,
  items: readonly T[],
  represent: (item: T) => Fields,
): Fields {
  const slice = sliceOf(args, field, items.length);
  const cursor = (index: number) =>
    Buffer.from(`cursor:${index}`).toString('base64');
  const nodes = () => items.slice(slice.start, slice.end).map(represent);
  return {
    __typename: `${typename}Connection`,
    totalCount: items.length,
    nodes,
    edges: () =>
      nodes().map((node, index) => ({
        __typename: `${typename}Edge`,
        node,
        cursor: cursor(slice.start + index),
      })),
    pageInfo: pageInfo(slice, items.length, cursor),
  };
}
