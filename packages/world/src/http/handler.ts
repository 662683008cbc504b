import type { NextFunction, Request, RequestHandler, Response } from 'express';

/** Lets an express 4 route be async: a rejection goes to the error handler. */
export function handler(
  route: (request: Request, response: Response) => Promise<void> | void,
): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) => {
    Promise.resolve()
      .then(() => route(request, response))
      .catch(next);
  };
}

/** All values of a query parameter that may be repeated. */
export function queryValues(request: Request, name: string): string[] {
  const value = request.query[name];
  const values = Array.isArray(value) ? value : [value];
  return values.filter((item): item is string => typeof item === 'string');
}

/** The first value of a query parameter, undefined when absent or empty. */
export function queryValue(request: Request, name: string): string | undefined {
  return queryValues(request, name)[0] || undefined;
}
