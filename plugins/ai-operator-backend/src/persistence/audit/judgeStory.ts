import { AuditProblem } from '@ai-operator/backstage-plugin-ai-operator-common';
import { ChainedRow, ChainPlace } from './chain';
import { inspectRow } from './inspectRow';
import { missing, problem } from './problems';

/** What stands next to an entry of a story. */
export interface Neighbour {
  hash: string;
  prevHash: string;
  /** Which rollback it is kept under. */
  keptUnder: string | undefined;
  /** Which rollback its record says. */
  says: string | undefined;
}

export interface StorySurroundings {
  correlationId: string;
  neighbours: ReadonlyMap<number, Neighbour>;
  /** What the trail goes on from: entries up to here need not be there. */
  start: ChainPlace;
  head: ChainPlace;
}

/** What is needed of a neighbour: its text is long, and there are many. */
export function toNeighbour(row: ChainedRow): Neighbour {
  const { hash, prevHash, correlationId, text } = row;
  return { hash, prevHash, keptUnder: correlationId, says: rollbackIn(text) };
}

function rollbackIn(text: string): string | undefined {
  try {
    const said = Reflect.get(Object(JSON.parse(text)), 'correlationId');
    return typeof said === 'string' ? said : undefined;
  } catch {
    return undefined;
  }
}

/** What is wrong with the entries of one rollback and with what stands next to them. */
export function judgeStory(
  rows: readonly ChainedRow[],
  around: StorySurroundings,
): AuditProblem[] {
  const own = rows.flatMap(row => judgeRow(row, around));
  const beside = new Map(
    rows.flatMap(({ seq }) =>
      [seq - 1, seq + 1].flatMap((each): Array<[number, AuditProblem]> => {
        const found = judgeBeside(each, seq, around);
        return found ? [[each, found]] : [];
      }),
    ),
  );
  return [...own, ...beside.values()].sort((a, b) => a.seq - b.seq);
}

function judgeRow(
  row: ChainedRow,
  { neighbours, start, head }: StorySurroundings,
): AuditProblem[] {
  const { seq, hash, prevHash } = row;
  const because = inspectRow(row).because;
  if (because !== undefined) {
    return [{ kind: 'changed', seq, because }];
  }
  const before =
    seq - 1 === start.seq ? start.hash : neighbours.get(seq - 1)?.hash;
  if (before !== undefined && before !== prevHash) {
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
  const named =
    seq === head.seq ? head.hash : neighbours.get(seq + 1)?.prevHash;
  if (named !== undefined && named !== hash) {
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

/** What is wrong with entry `seq`, which stands next to entry `of` of the story. */
function judgeBeside(
  seq: number,
  of: number,
  { correlationId, neighbours, start, head }: StorySurroundings,
): AuditProblem | undefined {
  const found = neighbours.get(seq);
  if (!found) {
    return seq > start.seq && seq <= head.seq
      ? missing(
          seq,
          seq,
          `it was written right ${
            seq < of ? 'before' : 'after'
          } entry ${of} of this rollback. Whether it was of this rollback, too, nothing that is left tells.`,
        )
      : undefined;
  }
  const { keptUnder, says } = found;
  return says === correlationId && keptUnder !== correlationId
    ? problem(
        'changed',
        { first: seq, last: seq },
        `Entry ${seq} is kept under ${
          keptUnder === undefined ? 'no rollback' : `the rollback ${keptUnder}`
        }, but its record says ${correlationId}.`,
      )
    : undefined;
}
