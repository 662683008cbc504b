const DOCS = 'https://docs.github.com/rest';

/** One entry of the `errors` of a 422. */
export interface FieldError {
  resource: string;
  code:
    | 'missing'
    | 'missing_field'
    | 'invalid'
    | 'already_exists'
    | 'unprocessable'
    | 'custom';
  field?: string;
  message?: string;
  value?: string;
}

/** An answer GitHub gives instead of doing what was asked, in its own words. */
export class ApiError extends Error {
  readonly status: number;
  readonly documentationUrl: string;
  readonly errors: Array<FieldError | string> | undefined;
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    message: string,
    options: {
      documentationUrl?: string;
      errors?: Array<FieldError | string>;
      headers?: Record<string, string>;
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'ApiError';
    this.status = status;
    this.documentationUrl = options.documentationUrl ?? DOCS;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
  }
}

/** 404, also for what the caller may not know about. */
export function notFound(): ApiError {
  return new ApiError(404, 'Not Found');
}

/** 422 "Validation Failed". */
export function validationFailed(...errors: FieldError[]): ApiError {
  return new ApiError(422, 'Validation Failed', { errors });
}

/** 422 with a message of its own. */
export function unprocessable(message: string): ApiError {
  return new ApiError(422, message);
}
