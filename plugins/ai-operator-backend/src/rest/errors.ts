import { LoggerService } from '@backstage/backend-plugin-api';
import {
  ConflictError,
  InputError,
  isError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { ErrorBody } from '@ai-operator/backstage-plugin-ai-operator-common';
import { ErrorRequestHandler } from 'express';

/** Codes that programs may rely on; the messages may change. */
export const ERROR_CODES = [
  'BAD_REQUEST',
  'UNAUTHENTICATED',
  'NOT_ALLOWED',
  'PERSON_NEEDED',
  'ROLE_NEEDED',
  'NOT_NOW',
  'NOT_PAUSED',
  'VERSION_CONFLICT',
  'PEOPLE_UNAVAILABLE',
  'BUSY',
  'BODY_TOO_LARGE',
  'APPLICATION_NOT_FOUND',
  'ROLLBACK_NOT_FOUND',
  'ENTITY_NOT_FOUND',
  'ROUTE_NOT_FOUND',
  'CATALOG_UNAVAILABLE',
  'INTERNAL',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** A parameter of the request is wrong: 400 naming it. */
export function badRequest(field: string, because: string): InputError {
  return Object.assign(new InputError(`${field}: ${because}`), {
    code: 'BAD_REQUEST' satisfies ErrorCode,
    field,
  });
}

/** 404; the message says what to do. */
export function notFound(
  code: Extract<
    ErrorCode,
    | 'APPLICATION_NOT_FOUND'
    | 'ROLLBACK_NOT_FOUND'
    | 'ENTITY_NOT_FOUND'
    | 'ROUTE_NOT_FOUND'
  >,
  message: string,
): NotFoundError {
  return Object.assign(new NotFoundError(message), { code });
}

/** 503 for as long as the catalog does not answer. */
export function catalogUnavailable(cause: unknown): ServiceUnavailableError {
  const message =
    'The catalog does not answer, so the entity could not be read. Try again in a moment.';
  const error = new ServiceUnavailableError(
    message,
    isError(cause) ? cause : undefined,
  );
  // The cause is for the log, not for whoever asked.
  return Object.assign(error, {
    message,
    code: 'CATALOG_UNAVAILABLE' satisfies ErrorCode,
  });
}

/** Ways to say no to a person, and the kind of error each is. */
const REFUSALS = {
  NOT_ALLOWED: NotAllowedError,
  PERSON_NEEDED: NotAllowedError,
  ROLE_NEEDED: NotAllowedError,
  NOT_NOW: ConflictError,
  NOT_PAUSED: ConflictError,
  VERSION_CONFLICT: ConflictError,
  PEOPLE_UNAVAILABLE: ServiceUnavailableError,
  BUSY: ServiceUnavailableError,
} as const;

export type RefusalCode = keyof typeof REFUSALS;

/** The answer to somebody who may not, or not now: 403, 409 or 503 with this code and exactly this sentence. */
export function refusal(code: RefusalCode, because: string): Error {
  return Object.assign(new REFUSALS[code](because), { code });
}

/** A reason is at most 2,000 characters of up to 4 bytes each. */
export const MAX_BODY_BYTES = 16 * 1024;

const BODY_PROBLEMS: Record<string, string> = {
  'entity.parse.failed': 'it is not a JSON object',
  'entity.verify.failed': 'it is not a JSON object',
  'encoding.unsupported': 'send it uncompressed',
  'charset.unsupported': 'send it as UTF-8',
  'request.aborted': 'it ended before all of it had arrived',
  'request.size.invalid': 'it is not as long as its content-length says',
};

const KINDS: Record<string, { statusCode: number; code: ErrorCode }> = {
  InputError: { statusCode: 400, code: 'BAD_REQUEST' },
  AuthenticationError: { statusCode: 401, code: 'UNAUTHENTICATED' },
  NotAllowedError: { statusCode: 403, code: 'NOT_ALLOWED' },
  NotFoundError: { statusCode: 404, code: 'ROUTE_NOT_FOUND' },
  ConflictError: { statusCode: 409, code: 'NOT_NOW' },
  ServiceUnavailableError: { statusCode: 503, code: 'CATALOG_UNAVAILABLE' },
};

function isCode(value: unknown): value is ErrorCode {
  return ERROR_CODES.some(code => code === value);
}

function describe(error: unknown): ErrorBody['error'] & { statusCode: number } {
  const { name, message, code, field, status, type } = (
    isError(error) ? error : {}
  ) as Partial<Record<string, unknown>>;
  const kind = KINDS[String(name)];
  if (kind) {
    return {
      name: String(name),
      message: String(message),
      statusCode: kind.statusCode,
      code: isCode(code) ? code : kind.code,
      ...(typeof field === 'string' ? { field } : {}),
    };
  }
  if (typeof type === 'string') {
    const unreadable = describeBody(type);
    if (unreadable) {
      return unreadable;
    }
  }
  // Express refuses addresses it cannot decode with a status and no kind.
  if (status === 400) {
    return {
      name: 'InputError',
      message:
        'The address of the request cannot be decoded: check its %-escapes.',
      statusCode: 400,
      code: 'BAD_REQUEST',
    };
  }
  return {
    name: 'InternalServerError',
    message:
      'Something went wrong inside the operator; its log tells what. Try again, and look there if it stays.',
    statusCode: 500,
    code: 'INTERNAL',
  };
}

/** What the body parser refuses, by its `type`. Its own messages quote the body, so none of them is passed on. */
function describeBody(type: string): ReturnType<typeof describe> | undefined {
  if (type === 'entity.too.large') {
    return {
      name: 'PayloadTooLargeError',
      message: `The body is longer than ${MAX_BODY_BYTES} bytes.`,
      statusCode: 413,
      code: 'BODY_TOO_LARGE',
    };
  }
  const because = BODY_PROBLEMS[type];
  return because === undefined
    ? undefined
    : {
        name: 'InputError',
        message: `body: ${because}`,
        statusCode: 400,
        code: 'BAD_REQUEST',
        field: 'body',
      };
}

/** Routes about one rollback say which. */
function about(logger: LoggerService, path: string): LoggerService {
  const correlationId = /\/(?:rollbacks|reset)\/([\w-]{1,64})/.exec(path)?.[1];
  return correlationId === undefined ? logger : logger.child({ correlationId });
}

/** Answers with Backstage's error shape plus `code`; what is our own fault is logged and not told. */
export function errorHandler(logger: LoggerService): ErrorRequestHandler {
  return (error, request, response, next) => {
    const { statusCode, ...told } = describe(error);
    if (statusCode >= 500) {
      about(logger, request.path).error(
        `${request.method} ${request.path} failed`,
        isError(error) ? error : new Error(String(error)),
      );
    }
    if (response.headersSent) {
      next(error);
      return;
    }
    const body: ErrorBody = {
      error: told,
      request: { method: request.method, url: request.url },
      response: { statusCode },
    };
    response.status(statusCode).json(body);
  };
}
