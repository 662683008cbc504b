import { ChainedRow, chainHash } from './chain';

/** What one row says by itself, without its neighbours. */
export interface Inspection {
  /** Hash of what stands there. */
  computed: string;
  /** Why it is not what was written; absent when it is. */
  because?: string;
}

function short(hash: string): string {
  return `${hash.slice(0, 12)}…`;
}

/** Columns are how records are found; they must say what the record says. */
function wrongColumn(row: ChainedRow): string | undefined {
  let record: unknown;
  try {
    record = JSON.parse(row.text);
  } catch {
    return `Entry ${row.seq} is no JSON.`;
  }
  const said: Record<string, unknown> =
    typeof record === 'object' && record !== null ? { ...record } : {};
  const columns: Array<[name: string, column: unknown, record: unknown]> = [
    ['timestamp', row.at, said.timestamp],
    ['rollback', row.correlationId, said.correlationId],
    ['level', row.level, said.level],
    ['action type', row.actionType, said.actionType],
  ];
  const wrong = columns.find(([, column, record_]) => column !== record_);
  return (
    wrong &&
    `Entry ${row.seq} is kept under the ${wrong[0]} ${wrong[1]}, but its record says ${wrong[2]}.`
  );
}

/** Recomputes the hash of a row and compares its columns with its record. */
export function inspectRow(row: ChainedRow): Inspection {
  const computed = chainHash(row.prevHash, row.text);
  const because =
    computed === row.hash
      ? wrongColumn(row)
      : `Entry ${row.seq} is not what was written: its hash is ${short(
          row.hash,
        )}, and what stands there gives ${short(computed)}.`;
  return because === undefined ? { computed } : { computed, because };
}
