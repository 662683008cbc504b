import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Response } from 'express';
import { z } from 'zod';

/** A file that is made while it is sent. */
export interface Download {
  filename: string;
  /** Its text, in pieces; the next one is asked for when the last one has left. */
  parts: AsyncIterable<string>;
}

/** As the `answer` of a route: a file with one JSON value a line. */
export const jsonLines = z.custom<Download>();

export const JSON_LINES = 'application/x-ndjson';

/** Longest time for which the client takes nothing before it is given up, ms. */
const IDLE_MS = 60_000;

/** Longest time of one download, ms: four slow readers must not hold all places for ever. */
const LONGEST_MS = 30 * 60_000;

/** Only what every system allows in the name of a file. */
export function fileName(...words: Array<string | number>): string {
  return words.join('-').replace(/[^A-Za-z0-9._-]+/g, '_');
}

/**
 * Sends a download with back-pressure. What fails before its first piece is an
 * error like any other; what fails later ends the connection in the middle, so
 * that no client takes the part for the whole. When the client goes away or
 * takes longer than `longestMs`, no further piece is made.
 *
 * @returns whether all of it was handed over
 */
export async function sendDownload(
  response: Response,
  { filename, parts }: Download,
  { longestMs = LONGEST_MS }: { longestMs?: number } = {},
): Promise<boolean> {
  const pieces = parts[Symbol.asyncIterator]();
  const first = await pieces.next();
  response.set({
    'content-type': JSON_LINES,
    'content-disposition': `attachment; filename="${filename}"`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  if (response.req.method === 'HEAD') {
    await pieces.return?.();
    response.end();
    return false;
  }
  const tooLong = AbortSignal.timeout(longestMs);
  response.setTimeout(IDLE_MS, () => response.destroy());
  try {
    await pipeline(
      Readable.from(continued(first, pieces), { objectMode: false }),
      response,
      { signal: tooLong },
    );
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Whoever asked has gone, or was cut off: nobody is left to be told.
    if (
      code === 'ERR_STREAM_PREMATURE_CLOSE' ||
      (code === 'ABORT_ERR' && tooLong.aborted)
    ) {
      return false;
    }
    throw error;
  }
}

async function* continued(
  first: IteratorResult<string>,
  pieces: AsyncIterator<string>,
): AsyncGenerator<string> {
  try {
    for (let piece = first; !piece.done; piece = await pieces.next()) {
      yield piece.value;
    }
  } finally {
    await pieces.return?.();
  }
}
