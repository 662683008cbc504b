import { CannotJudge } from './problem';

/** Longer than any record: the operator cuts what it writes. */
const MAX_LINE_BYTES = 8 * 1024 * 1024;

const NEWLINE = 0x0a;

/**
 * The lines of a stream of UTF-8, a few at a time, in bounded memory. Text after
 * the last line break is a line too. Throws for a line that cannot be one of ours.
 */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<string[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let open: Uint8Array[] = [];
  let openBytes = 0;
  let lineNumber = 1;

  function checkLength(bytes: number): void {
    if (bytes > MAX_LINE_BYTES) {
      throw new CannotJudge(
        `Line ${lineNumber} is longer than ${MAX_LINE_BYTES} bytes: this is no export of the audit trail.`,
      );
    }
  }

  function close(end: Uint8Array): string {
    checkLength(openBytes + end.length);
    try {
      return decoder.decode(Buffer.concat([...open, end]));
    } catch (error) {
      throw new CannotJudge(`Line ${lineNumber} is not UTF-8.`, {
        cause: error,
      });
    } finally {
      open = [];
      openBytes = 0;
      lineNumber += 1;
    }
  }

  for await (const chunk of chunks) {
    const lines: string[] = [];
    let start = 0;
    for (
      let end = chunk.indexOf(NEWLINE);
      end >= 0;
      end = chunk.indexOf(NEWLINE, start)
    ) {
      lines.push(close(chunk.subarray(start, end)));
      start = end + 1;
    }
    if (start < chunk.length) {
      open.push(chunk.subarray(start));
      openBytes += chunk.length - start;
    }
    checkLength(openBytes);
    if (lines.length > 0) {
      yield lines;
    }
  }
  if (openBytes > 0) {
    yield [close(new Uint8Array())];
  }
}
