import { once } from 'node:events';
import { Writable } from 'node:stream';
import { OperatorClient } from './operatorClient';
import { CannotJudge } from './problem';

const NEWLINE = 0x0a;

function linesIn(chunk: Uint8Array): number {
  let count = 0;
  for (
    let at = chunk.indexOf(NEWLINE);
    at >= 0;
    at = chunk.indexOf(NEWLINE, at + 1)
  ) {
    count += 1;
  }
  return count;
}

/** Writes an export to `out`, as fast as that takes it; how many entries it was. */
export async function exportTrail(
  client: OperatorClient,
  options: { out: Writable; correlationId?: string; signal: AbortSignal },
): Promise<number> {
  const { correlationId, out, signal } = options;
  const query = new URLSearchParams(
    correlationId === undefined ? {} : { correlationId },
  );
  let entries = 0;
  try {
    for await (const chunk of client.stream(`/v1/audit/export?${query}`)) {
      entries += linesIn(chunk);
      if (!out.write(chunk)) {
        await once(out, 'drain', { signal });
      }
    }
  } catch (error) {
    throw new CannotJudge(
      `${
        error instanceof CannotJudge ? error.message : 'Interrupted.'
      } What was written (${entries} entries) is not the whole trail.`,
      { cause: error },
    );
  }
  return entries;
}
