import { z } from 'zod';
import { PortError } from '../../ports';
import { parseAnswer } from '../http';
import { hashOfDocument, indexPattern } from './document';
import { ElasticClient } from './ElasticClient';

const PAGE = 500;
/** Entries compared with one call; 20 pages. */
export const MAX_COMPARED = 10_000;

const answerSchema = z.object({
  hits: z.object({
    hits: z.array(
      z.object({
        _source: z.unknown(),
        sort: z.array(z.union([z.string(), z.number()])),
      }),
    ),
  }),
});

/**
 * The hashes that the stored documents of a range have by their content: what
 * was changed there has another hash than it claims. Several documents with one
 * `seq` show as several hashes. What was shipped within the last second or so is
 * not found yet.
 *
 * @throws PortError; MISCONFIGURED for more than {@link MAX_COMPARED} entries
 */
export async function readStoredHashes(
  client: ElasticClient,
  range: { from: number; to: number },
  indexPrefix: string,
  signal: AbortSignal | undefined,
): Promise<Map<number, string>> {
  const asked = `Elasticsearch: audit records ${range.from} to ${range.to}`;
  if (range.to - range.from >= MAX_COMPARED) {
    throw new PortError(
      'MISCONFIGURED',
      `${asked} are more than ${MAX_COMPARED} at once`,
    );
  }
  const hashes = new Map<number, string>();
  let after: Array<string | number> | undefined;
  // One page more than full ones: whoever adds documents must not keep us here.
  for (let page = 0; page <= MAX_COMPARED / PAGE; page += 1) {
    const hits = await readPage(client, range, {
      asked,
      indexPrefix,
      after,
      signal,
    });
    for (const { _source: source } of hits) {
      const found = hashOfDocument(source);
      if (found) {
        const other = hashes.get(found.seq);
        hashes.set(
          found.seq,
          other === undefined ? found.hash : `${other},${found.hash}`,
        );
      }
    }
    if (hits.length < PAGE) {
      return hashes;
    }
    after = hits[hits.length - 1].sort;
  }
  throw new PortError(
    'MALFORMED_ANSWER',
    `${asked} has more documents than there are records`,
  );
}

/** One page, in the order of `seq`; of several documents with one, by their hashes. */
async function readPage(
  client: ElasticClient,
  range: { from: number; to: number },
  page: {
    asked: string;
    indexPrefix: string;
    /** Where the page before this one ended. */
    after: Array<string | number> | undefined;
    signal: AbortSignal | undefined;
  },
) {
  const { asked, indexPrefix, after, signal } = page;
  const answer = await client.ask({
    asked,
    signal,
    run: (elastic, options) =>
      elastic.search(
        {
          index: indexPattern(indexPrefix),
          ignore_unavailable: true,
          // Half an answer would look as if records were missing.
          allow_partial_search_results: false,
          query: { range: { seq: { gte: range.from, lte: range.to } } },
          sort: [
            { seq: { order: 'asc', unmapped_type: 'long' } },
            { hash: { order: 'asc', unmapped_type: 'keyword' } },
          ],
          size: PAGE,
          track_total_hits: false,
          ...(after && { search_after: after }),
        },
        options,
      ),
  });
  return parseAnswer(answerSchema, answer, asked).hits.hits;
}
