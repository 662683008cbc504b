import {
  json,
  type NextFunction,
  type Request,
  type Response,
  Router,
} from 'express';
import { execute, getOperationAST, GraphQLError } from 'graphql';
import { z } from 'zod';
import { ApiError } from '../domain/apiError';
import { authenticate } from '../rest/authenticate';
import { type Viewer } from '../rest/call';
import {
  callerOf,
  commonHeaders,
  rateHeaders,
  refuseOverLimit,
  sendError,
} from '../rest/respond';
import { type GitHubState } from '../state/state';
import { costOf } from './cost';
import { resolveField } from './fields';
import { rootFields } from './root';
import { checkQuery, githubSchema } from './schema';

const Body = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

/** Answers queries against GitHub's published schema. */
export function graphqlRouter(state: GitHubState): Router {
  const router = Router();
  router.use(json({ limit: '1mb', type: () => true }));
  router.post('/', (request, response, next) => {
    serve(state, request, response).catch(next);
  });
  router.use(
    (
      error: unknown,
      _request: Request,
      response: Response,
      next: NextFunction,
    ) => {
      if (response.headersSent) {
        next(error);
        return;
      }
      if (error instanceof ApiError) {
        sendError(response, error);
        return;
      }
      const parsing = error instanceof SyntaxError;
      if (!parsing) {
        process.emitWarning(
          error instanceof Error ? error : new Error(String(error)),
        );
      }
      sendError(
        response,
        parsing
          ? new ApiError(400, 'Problems parsing JSON', { cause: error })
          : new ApiError(500, 'Server Error', { cause: error }),
      );
    },
  );
  return router;
}

async function serve(
  state: GitHubState,
  request: Request,
  response: Response,
): Promise<void> {
  await state.settled();
  let viewer: Viewer | undefined;
  try {
    viewer = authenticate(state, request);
  } finally {
    commonHeaders(response, viewer);
  }
  if (!viewer) {
    throw new ApiError(401, 'This endpoint requires you to be authenticated.');
  }
  const body = Body.safeParse(request.body);
  if (!body.success) {
    throw new ApiError(
      400,
      'A query attribute must be specified and must be a string.',
    );
  }
  const { query, operationName } = body.data;
  const variables = body.data.variables ?? {};
  const answer = (value: {
    data?: unknown;
    errors?: readonly GraphQLError[];
  }) => {
    response.json({
      ...(value.data === undefined ? {} : { data: value.data }),
      ...(value.errors ? { errors: value.errors.map(errorBody) } : {}),
    });
  };
  const caller = callerOf(request, viewer);
  let checked;
  try {
    checked = await checkQuery(query);
  } catch (error) {
    if (!(error instanceof GraphQLError)) {
      throw error;
    }
    checked = { kind: 'invalid' as const, errors: [error] };
  }
  if (checked.kind === 'invalid') {
    rateHeaders(response, state.limits.take(caller, 'graphql'));
    answer({ errors: checked.errors });
    return;
  }
  const operation = getOperationAST(checked.document, operationName);
  if (!operation) {
    answer({ errors: [new GraphQLError('An operation name is required')] });
    return;
  }
  const cost = costOf(checked.document, operation, variables);
  const rate = state.limits.take(caller, 'graphql', cost);
  rateHeaders(response, rate);
  refuseOverLimit(state, caller, viewer, { allowed: true });
  if (!rate.allowed) {
    // The primary limit of GraphQL comes as an error in a good answer.
    answer({
      errors: [
        new GraphQLError(
          `API rate limit exceeded for user ID ${viewer.account.id}.`,
          {
            extensions: { type: 'RATE_LIMITED' },
          },
        ),
      ],
    });
    return;
  }
  const context = { state, viewer, cost, rate };
  answer(
    await execute({
      schema: await githubSchema(),
      document: checked.document,
      rootValue:
        operation.operation === 'query'
          ? rootFields(context)
          : { __typename: operation.operation },
      contextValue: context,
      variableValues: variables,
      operationName,
      fieldResolver: resolveField,
      typeResolver: (value: { __typename: string }) => value.__typename,
    }),
  );
}

/** GitHub puts the type of an error beside its message. */
function errorBody(error: GraphQLError) {
  const { type, ...rest } = error.extensions;
  return {
    ...(typeof type === 'string' ? { type } : {}),
    ...(error.path ? { path: error.path } : {}),
    ...(Object.keys(rest).length > 0 ? { extensions: rest } : {}),
    ...(error.locations ? { locations: error.locations } : {}),
    message: error.message,
  };
}
