import {
  AUDIT_CHAIN_START,
  auditStatusSchema,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { readEntry } from './entry';
import { linesOf } from './lines';
import { OperatorClient } from './operatorClient';
import { TrailSource } from './source';

/** Entries of one request, so that none takes longer than a token or a proxy lives. */
const RANGE = 20_000;

const told = auditStatusSchema.pick({ anchor: true, head: true, sinks: true });

/** The trail as the operator's routes tell it. */
export function urlSource(client: OperatorClient): TrailSource {
  async function tell() {
    const { anchor, head, sinks } = await client.json('/v1/audit/status', told);
    return { anchor, head: head ?? { seq: 0, hash: AUDIT_CHAIN_START }, sinks };
  }

  async function* request(query: Record<string, string>) {
    const path = `/v1/audit/export?${new URLSearchParams(query)}`;
    let lineNumber = 0;
    for await (const lines of linesOf(client.stream(path))) {
      const first = lineNumber + 1;
      lineNumber += lines.length;
      yield lines.map((line, index) =>
        readEntry(line, `line ${first + index} of ${path}`),
      );
    }
  }

  return {
    name: client.url,
    tell,
    async *pages({ from, correlationId }) {
      if (correlationId !== undefined) {
        yield* request({ correlationId });
        return;
      }
      const { head } = await tell();
      // No beginning and no end: what stands before or behind does not belong there.
      let begin: Record<string, string> = from < 1 ? {} : { from: `${from}` };
      let next = Math.max(from, 1);
      for (; next + RANGE <= head.seq; next += RANGE) {
        yield* request({ ...begin, to: `${next + RANGE - 1}` });
        begin = { from: `${next + RANGE}` };
      }
      yield* request(begin);
    },
    async close() {},
  };
}
