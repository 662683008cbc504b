import type { Request } from 'express';
import { SlackError } from './types';

/** The arguments of a call, from its address, its form or its JSON body. */
export type Arguments = Readonly<Record<string, unknown>>;

/**
 * Reads arguments as the Web API does: a body of a type it does not know is
 * ignored, what a form or the address cannot express comes as JSON text.
 *
 * @throws SlackError `json_not_object`
 */
export function readArguments(request: Request): Arguments {
  const body: unknown = request.body ?? {};
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new SlackError('json_not_object');
  }
  return { ...request.query, ...body };
}

/** A text argument, undefined when absent or empty. */
export function textOf(args: Arguments, name: string): string | undefined {
  const value = args[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** @throws SlackError `invalid_arguments` naming what is missing */
export function requiredText(args: Arguments, name: string): string {
  const value = textOf(args, name);
  if (value === undefined) {
    throw new SlackError('invalid_arguments', [
      `[ERROR] missing required field: ${name}`,
    ]);
  }
  return value;
}

/**
 * A list argument, undefined when absent.
 *
 * @throws SlackError `invalid_blocks` or `invalid_attachments`
 */
export function listOf(
  args: Arguments,
  name: 'blocks' | 'attachments',
): unknown[] | undefined {
  const value = args[name];
  if (value === undefined || value === '') {
    return undefined;
  }
  const list = typeof value === 'string' ? parse(value) : value;
  if (!Array.isArray(list)) {
    throw new SlackError(`invalid_${name}`);
  }
  return list;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
