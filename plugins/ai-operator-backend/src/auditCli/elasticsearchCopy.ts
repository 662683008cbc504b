import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ElasticsearchSink } from '../adapters/elasticsearch';
import { PortError, systemClock } from '../ports';
import type { ElasticsearchOptions } from './arguments';
import type { Copy } from './copy';
import { CannotJudge, printable, reasonOf } from './problem';
import { SinkCopy } from './sinkCopy';

const DAY_MS = 24 * 60 * 60_000;
const TIMEOUT_MS = 30_000;

async function readCertificate(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new CannotJudge(
      `The certificate ${path} cannot be read: ${reasonOf(error)}.`,
      { cause: error },
    );
  }
}

/** The copy of the trail in Elasticsearch; nothing is asked of it yet. */
export async function openCopy(
  options: ElasticsearchOptions,
  signal: AbortSignal,
): Promise<Copy> {
  const { apiKey, ca, indexPrefix, keptDays, url } = options;
  const lifecycle = keptDays * DAY_MS;
  const sink = new ElasticsearchSink(
    {
      nodes: [url],
      auth: apiKey ? { kind: 'apiKey', apiKey } : { kind: 'none' },
      ca: ca === undefined ? undefined : await readCertificate(ca),
      indexPrefix,
      lifecycle,
      requestTimeout: TIMEOUT_MS,
    },
    {
      clock: systemClock,
      sleep: (ms, abort) => sleep(ms, undefined, { signal: abort }),
      metrics: { observe() {} },
    },
  );
  return new SinkCopy({
    kind: sink.kind,
    name: sink.name,
    keptSince: systemClock.now() - lifecycle,
    call: { record() {}, signal },
    async storedHashes(range, call) {
      try {
        return await sink.storedHashes(range, call);
      } catch (error) {
        if (error instanceof PortError) {
          throw new CannotJudge(
            signal.aborted ? 'Interrupted.' : printable(error.message),
            { cause: error },
          );
        }
        throw error;
      }
    },
  });
}
