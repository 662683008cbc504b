import { AuditProblem } from '@ai-operator/backstage-plugin-ai-operator-common';
import { CHAIN_START, ChainedRow, ChainPlace } from '../audit/chain';
import { inspectRow } from '../audit/inspectRow';
import { toVerification, Verification } from '../audit/verification';
import { Database } from '../database';
import { readSnapshot } from '../readSnapshot';
import { AuditRow } from '../tables';
import { getAuditAnchor } from './getAuditAnchor';
import { getAuditHead } from './getAuditHead';
import { readChain } from './readChain';

/** Neighbours read in one statement. */
const CHUNK = 500;

type Neighbour = Pick<ChainedRow, 'seq' | 'hash' | 'prevHash'>;

/**
 * Recomputes the entries of one rollback, and looks whether the entries before
 * and after each of them know it. Whether some of its entries are missing only
 * the whole chain can tell.
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
    const neighbours = await readNeighbours(snapshot, page);
    const places = [
      CHAIN_START,
      await getAuditAnchor(snapshot),
      ...neighbours.values(),
    ];
    const hashes = new Map(
      places.flatMap(
        (place): Array<[number, string]> =>
          place ? [[place.seq, place.hash]] : [],
      ),
    );
    const head = await getAuditHead(snapshot);
    const problems = page.flatMap(row =>
      judge(row, {
        before: hashes.get(row.seq - 1),
        after: neighbours.get(row.seq + 1),
        head,
      }),
    );
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
        told: `${
          page.length === 1 ? 'The entry' : `The ${page.length} entries`
        } of this rollback ${
          page.length === 1 ? 'is' : 'are'
        } what was written, and linked to the entries around ${
          page.length === 1 ? 'it' : 'them'
        }.`,
      },
    );
  });
}

async function readNeighbours(
  { knex }: Database,
  rows: ChainedRow[],
): Promise<Map<number, Neighbour>> {
  const wanted = [...new Set(rows.flatMap(({ seq }) => [seq - 1, seq + 1]))];
  const found = new Map<number, Neighbour>();
  for (let start = 0; start < wanted.length; start += CHUNK) {
    const chunk = await knex<AuditRow>('audit')
      .whereIn('seq', wanted.slice(start, start + CHUNK))
      .select('seq', 'hash', 'prev_hash');
    for (const { seq, hash, prev_hash } of chunk) {
      found.set(Number(seq), { seq: Number(seq), hash, prevHash: prev_hash });
    }
  }
  return found;
}

function judge(
  row: ChainedRow,
  around: { before?: string; after?: Neighbour; head: ChainPlace },
): AuditProblem[] {
  const { seq } = row;
  const { before, after, head } = around;
  const own = inspectRow(row).because;
  if (own !== undefined) {
    return [{ kind: 'changed', seq, because: own }];
  }
  if (before !== undefined && before !== row.prevHash) {
    return [
      {
        kind: 'changed',
        seq,
        because: `Entry ${seq} was written after another entry than ${
          seq - 1
        }, which stands before it.`,
      },
    ];
  }
  const named = seq === head.seq ? head.hash : after?.prevHash;
  if (named !== undefined && named !== row.hash) {
    return [
      {
        kind: 'changed',
        seq,
        because: `Entry ${seq} is not the one that ${
          seq === head.seq
            ? 'the writers know as the newest'
            : `entry ${seq + 1} was written after`
        }.`,
      },
    ];
  }
  return seq > head.seq
    ? [
        {
          kind: 'added',
          seq,
          because: `The writers know ${head.seq} as the newest entry.`,
        },
      ]
    : [];
}
