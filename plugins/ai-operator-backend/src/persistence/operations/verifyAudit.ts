import { setImmediate } from 'node:timers/promises';
import { AuditProblem } from '@ai-operator/backstage-plugin-ai-operator-common';
import { CHAIN_START, ChainPlace } from '../audit/chain';
import { ChainVerifier } from '../audit/ChainVerifier';
import { toVerification, Verification } from '../audit/verification';
import { Database } from '../database';
import { readSnapshot } from '../readSnapshot';
import { AuditRow } from '../tables';
import { getAuditAnchor } from './getAuditAnchor';
import { getAuditHead } from './getAuditHead';
import { readChain } from './readChain';
import { verifyStory } from './verifyStory';

/** Rows read beyond the page, so that its last entry is seen with what was written after it. */
const LOOK_AHEAD = 2;

/** Rows read and hashed at once, some 10 ms of work: whatever else runs here has its turn after them. */
const PAGE = 500;

/** What a part of the chain is judged by. */
interface Start {
  after?: ChainPlace;
  head: ChainPlace;
  newest?: ChainPlace;
  problems: AuditProblem[];
}

/**
 * Recomputes a part of the chain: at most `limit` entries from `from` on, or
 * from the latest anchor or the start without it; `nextFrom` leads on. With
 * `correlationId` it is the entries of one rollback, each with its links to the
 * entries before and after it.
 *
 * Concurrency: reads see one moment, so writers and retention do not disturb.
 */
export async function verifyAudit(
  db: Database,
  options: { from?: number; limit: number; correlationId?: string },
): Promise<Verification> {
  const { correlationId, limit } = options;
  if (correlationId !== undefined) {
    return verifyStory(db, { ...options, correlationId });
  }
  return readSnapshot(db, async snapshot => {
    const start = await readStart(snapshot, options);
    const verifier = new ChainVerifier(start.after);
    const last = await addPages(snapshot, verifier, options);
    return judge(start, verifier, { limit, last });
  });
}

/** Hands over `limit` rows and a few more; the number of the last one within the limit. */
async function addPages(
  db: Database,
  verifier: ChainVerifier,
  { from, limit }: { from?: number; limit: number },
): Promise<number | undefined> {
  let next = from ?? Number.MIN_SAFE_INTEGER;
  let last: number | undefined;
  for (let left = limit + LOOK_AHEAD; left > 0; left -= PAGE) {
    const size = Math.min(PAGE, left);
    const rows = await readChain(db, { from: next, limit: size });
    verifier.add(rows);
    last = rows.slice(0, Math.max(0, left - LOOK_AHEAD)).at(-1)?.seq ?? last;
    if (rows.length < size) {
      break;
    }
    next = rows[size - 1].seq + 1;
    // SQLite answers at once: without a pause nobody else has a turn.
    await setImmediate();
  }
  return last;
}

function judge(
  { head, newest, problems }: Start,
  verifier: ChainVerifier,
  { limit, last }: { limit: number; last?: number },
): Verification {
  const { checked: read } = verifier.state;
  const isEnd = read < limit + LOOK_AHEAD;
  const found = verifier.findings(
    isEnd
      ? { head }
      : { shift: newest?.hash === head.hash ? newest.seq - head.seq : 0 },
  );
  const isLast = read <= limit;
  return toVerification(
    {
      ...found,
      checked: Math.min(read, limit),
      last,
      problems: [...problems, ...found.problems].filter(
        ({ seq }) => isLast || last === undefined || seq <= last,
      ),
    },
    { nextFrom: isLast || last === undefined ? undefined : last + 1 },
  );
}

async function readStart(
  db: Database,
  { from }: { from?: number },
): Promise<Start> {
  const head = await getAuditHead(db);
  const anchor = await getAuditAnchor(db);
  const newest = await db
    .knex<AuditRow>('audit')
    .orderBy('seq', 'desc')
    .first('seq', 'hash');
  const start = {
    head,
    newest: newest && { seq: Number(newest.seq), hash: newest.hash },
    problems: [],
  };
  if (from === undefined || from <= (anchor?.seq ?? 0) + 1) {
    return { ...start, after: anchor ?? CHAIN_START };
  }
  const [before] = await readChain(db, {
    from: from - 1,
    to: from - 1,
    limit: 1,
  });
  const [first] = await readChain(db, { from, limit: 1 });
  if (before || !first) {
    // Whoever asks for what is not written yet gets nothing.
    const unread = { seq: Math.min(from - 1, head.seq), hash: head.hash };
    return { ...start, after: before ?? unread };
  }
  return {
    ...start,
    problems: [
      {
        kind: 'missing',
        seq: from - 1,
        because: `Entry ${from - 1}, which entry ${
          first.seq
        } should have been written after, is not there.`,
      },
    ],
  };
}
