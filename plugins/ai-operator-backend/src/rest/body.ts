import express, { Request, Response } from 'express';
import { badRequest, MAX_BODY_BYTES } from './errors';

const parseJson = express.json({ limit: MAX_BODY_BYTES, inflate: false });

function hasBody({ headers }: Request): boolean {
  return (
    headers['transfer-encoding'] !== undefined ||
    Number(headers['content-length'] ?? 0) > 0
  );
}

/**
 * Reads the body of a request whose caller is known: a JSON object of at most
 * {@link MAX_BODY_BYTES} bytes; an absent one is an empty object.
 */
export async function readBody(
  request: Request,
  response: Response,
): Promise<unknown> {
  if (!hasBody(request)) {
    return {};
  }
  if (!request.is('application/json')) {
    throw badRequest(
      'body',
      'send a JSON object, with the header content-type: application/json',
    );
  }
  await new Promise<void>((resolve, reject) => {
    parseJson(request, response, error => (error ? reject(error) : resolve()));
  });
  if (Array.isArray(request.body)) {
    throw badRequest('body', 'it is not a JSON object');
  }
  return request.body;
}
