import { inspectRow } from '../persistence/audit/inspectRow';
import { Copy } from './copy';
import { Finding, MAX_FINDINGS } from './outcome';
import type { Reading } from './reading';
import { TrailSource } from './source';

/** Recomputes the entries of one rollback, each by itself: between them are others. */
export async function readStory(
  source: TrailSource,
  correlationId: string,
  copy: Copy | undefined,
): Promise<Reading> {
  const told = await source.tell();
  const problems: Finding[] = [];
  let moreProblems = false;
  let checked = 0;
  let first: number | undefined;
  let last: number | undefined;
  function report(problem: Finding) {
    if (problems.length < MAX_FINDINGS) {
      problems.push(problem);
    } else {
      moreProblems = true;
    }
  }
  for await (const rows of source.pages({ from: 1, correlationId })) {
    for (const row of rows) {
      const { seq } = row;
      const { because } = inspectRow(row);
      if (because !== undefined) {
        report({ kind: 'changed', seq, because });
      } else if (row.correlationId !== correlationId) {
        report({
          kind: 'added',
          seq,
          because: `Entry ${seq} is not of this rollback.`,
        });
      } else if (last !== undefined && seq <= last) {
        report({
          kind: 'reordered',
          seq,
          because: `Entry ${seq} stands after entry ${last}.`,
        });
      }
      first ??= seq;
      last = seq;
      checked += 1;
    }
    await copy?.compare(rows);
  }
  return {
    checked,
    first,
    last,
    problems,
    moreProblems,
    notes: [],
    unknown:
      checked === 0
        ? `There are no entries of a rollback ${correlationId}.`
        : undefined,
    told,
  };
}
