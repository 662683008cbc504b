import { CHAIN_START } from '../audit/chain';
import { judgeStory } from '../audit/judgeStory';
import { toVerification, Verification } from '../audit/verification';
import { Database } from '../database';
import { readSnapshot } from '../readSnapshot';
import { getAuditAnchor } from './getAuditAnchor';
import { getAuditHead } from './getAuditHead';
import { readChain } from './readChain';
import { readNeighbours } from './readNeighbours';

/**
 * Recomputes the entries of one rollback, and looks whether the entries before
 * and after each of them are there, know it, and are not of this rollback under
 * another name. What is further from them only the whole chain can tell.
 *
 * Concurrency: reads see one moment, so writers and retention do not disturb.
 */
export async function verifyStory(
  db: Database,
  options: { from?: number; limit: number; correlationId: string },
): Promise<Verification> {
  const { from = 1, limit, correlationId } = options;
  return readSnapshot(db, async snapshot => {
    const rows = await readChain(snapshot, {
      from,
      limit: limit + 1,
      correlationId,
    });
    const page = rows.slice(0, limit);
    const problems = judgeStory(page, {
      correlationId,
      neighbours: await readNeighbours(snapshot, page),
      start: (await getAuditAnchor(snapshot)) ?? CHAIN_START,
      head: await getAuditHead(snapshot),
    });
    return toVerification(
      {
        checked: page.length,
        first: page[0]?.seq,
        last: page.at(-1)?.seq,
        problems,
        moreProblems: false,
      },
      {
        nextFrom: rows[limit]?.seq,
        told: tellIntact(page.length),
      },
    );
  });
}

function tellIntact(count: number): string {
  if (count === 0) {
    return 'There is no entry of this rollback to recompute. Whether there was one, only a check of the whole trail can tell.';
  }
  const [entries, are, them] =
    count === 1
      ? ['The entry', 'is', 'it']
      : [`The ${count} entries`, 'are', 'them'];
  return `${entries} of this rollback ${are} what was written, and the entries next to ${them} are there and follow on ${them}. Whether others were taken away or put in elsewhere, only a check of the whole trail can tell.`;
}
