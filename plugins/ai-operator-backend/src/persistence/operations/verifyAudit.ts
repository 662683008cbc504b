import { AuditProblem } from '@ai-operator/backstage-plugin-ai-operator-common';
import { CHAIN_START, ChainedRow, ChainPlace } from '../audit/chain';
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

interface Part {
  rows: ChainedRow[];
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
  const part = await readSnapshot(db, snapshot => readPart(snapshot, options));
  const { rows, after, head, newest } = part;
  const verifier = new ChainVerifier(after);
  verifier.add(rows);
  const isEnd = rows.length < limit + LOOK_AHEAD;
  const found = verifier.findings(
    isEnd
      ? { head }
      : { shift: newest?.hash === head.hash ? newest.seq - head.seq : 0 },
  );
  const page = rows.slice(0, limit);
  const last = page.at(-1)?.seq;
  const isLast = rows.length <= limit;
  return toVerification(
    {
      ...found,
      checked: page.length,
      last,
      problems: [...part.problems, ...found.problems].filter(
        ({ seq }) => isLast || last === undefined || seq <= last,
      ),
    },
    { nextFrom: isLast || last === undefined ? undefined : last + 1 },
  );
}

async function readPart(
  db: Database,
  { from, limit }: { from?: number; limit: number },
): Promise<Part> {
  const head = await getAuditHead(db);
  const anchor = await getAuditAnchor(db);
  const newest = await db
    .knex<AuditRow>('audit')
    .orderBy('seq', 'desc')
    .first('seq', 'hash');
  const rows = await readChain(db, {
    from: from ?? Number.MIN_SAFE_INTEGER,
    limit: limit + LOOK_AHEAD,
  });
  const part = {
    rows,
    head,
    newest: newest && { seq: Number(newest.seq), hash: newest.hash },
    problems: [],
  };
  if (from === undefined || from <= (anchor?.seq ?? 0) + 1) {
    return { ...part, after: anchor ?? CHAIN_START };
  }
  const [before] = await readChain(db, {
    from: from - 1,
    to: from - 1,
    limit: 1,
  });
  if (before || rows.length === 0) {
    // Whoever asks for what is not written yet gets nothing.
    const unread = { seq: Math.min(from - 1, head.seq), hash: head.hash };
    return { ...part, after: before ?? unread };
  }
  return {
    ...part,
    problems: [
      {
        kind: 'missing',
        seq: from - 1,
        because: `Entry ${from - 1}, which entry ${
          rows[0].seq
        } should have been written after, is not there.`,
      },
    ],
  };
}
