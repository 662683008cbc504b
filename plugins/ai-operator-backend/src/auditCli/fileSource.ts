import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { ChainedRow } from '../persistence';
import { readEntry } from './entry';
import { linesOf } from './lines';
import { CannotJudge, reasonOf } from './problem';
import { TrailSource } from './source';

/** An export; `-` is standard input. */
export function fileSource(
  path: string,
  stdin: Readable,
  signal: AbortSignal,
): TrailSource {
  const name = path === '-' ? 'standard input' : path;

  async function* chunks(): AsyncGenerator<Uint8Array> {
    const stream = path === '-' ? stdin : createReadStream(path, { signal });
    try {
      for await (const chunk of stream) {
        signal.throwIfAborted();
        yield chunk;
      }
    } catch (error) {
      throw new CannotJudge(
        signal.aborted
          ? 'Interrupted.'
          : `${name} cannot be read: ${reasonOf(error)}.`,
        { cause: error },
      );
    }
  }

  return {
    name,
    tell: async () => undefined,
    async *pages({ from }) {
      let lineNumber = 0;
      let isBegun = false;
      for await (const lines of linesOf(chunks())) {
        const wanted: ChainedRow[] = [];
        for (const line of lines) {
          lineNumber += 1;
          if (line.trim() !== '') {
            const row = readEntry(line, `line ${lineNumber}`);
            isBegun ||= row.seq >= from;
            if (isBegun) {
              wanted.push(row);
            }
          }
        }
        if (wanted.length > 0) {
          yield wanted;
        }
      }
    },
    async close() {},
  };
}
