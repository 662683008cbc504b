/** One line of a unified diff. */
export interface DiffLine {
  kind: 'added' | 'removed' | 'context' | 'hunk' | 'note';
  /** Without the leading sign. */
  text: string;
  /** Line number before the change. */
  before?: number;
  /** Line number after the change. */
  after?: number;
}

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/;

/**
 * Reads a unified diff of one file, with or without file headers. Lines that
 * are no diff come out as context, so nothing is hidden.
 */
export function parsePatch(patch: string): DiffLine[] {
  const lines = patch.replace(/\n$/, '').split('\n');
  const firstHunk = lines.findIndex(line => HUNK.test(line));
  const body = firstHunk > 0 ? lines.slice(firstHunk) : lines;
  let before = 1;
  let after = 1;
  return body.map((line): DiffLine => {
    const hunk = HUNK.exec(line);
    if (hunk) {
      before = Number(hunk[1]);
      after = Number(hunk[2]);
      return { kind: 'hunk', text: line };
    }
    if (line.startsWith('\\')) return { kind: 'note', text: line };
    const text = line.slice(1);
    if (line.startsWith('+')) return { kind: 'added', text, after: after++ };
    if (line.startsWith('-'))
      return { kind: 'removed', text, before: before++ };
    return {
      kind: 'context',
      text: line.startsWith(' ') ? text : line,
      before: before++,
      after: after++,
    };
  });
}
