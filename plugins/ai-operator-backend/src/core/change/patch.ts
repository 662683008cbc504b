const CONTEXT = 3;

function linesOf(text: string): string[] {
  return text === '' ? [] : text.split(/(?<=\n)/);
}

function show(prefix: string, line: string): string {
  return line.endsWith('\n')
    ? `${prefix}${line}`
    : `${prefix}${line}\n\\ No newline at end of file\n`;
}

function range(start: number, count: number): string {
  // A range of no lines names the line before it, as diff and git do.
  const first = count === 0 ? start : start + 1;
  return count === 1 ? `${first}` : `${first},${count}`;
}

/**
 * Unified diff of one file with three lines of context, without the `---`/`+++`
 * header; empty when equal. One hunk from the first to the last changed line,
 * which is exact and small for the single edits we make.
 */
export function patch(before: string, after: string): string {
  const [old, fresh] = [linesOf(before), linesOf(after)];
  const shorter = Math.min(old.length, fresh.length);
  let head = 0;
  while (head < shorter && old[head] === fresh[head]) {
    head += 1;
  }
  if (head === old.length && head === fresh.length) {
    return '';
  }
  let tail = 0;
  while (
    tail < shorter - head &&
    old[old.length - 1 - tail] === fresh[fresh.length - 1 - tail]
  ) {
    tail += 1;
  }
  const from = Math.max(0, head - CONTEXT);
  const leading = old.slice(from, head);
  const removed = old.slice(head, old.length - tail);
  const added = fresh.slice(head, fresh.length - tail);
  const trailing = old.slice(
    old.length - tail,
    old.length - tail + Math.min(tail, CONTEXT),
  );
  const around = leading.length + trailing.length;
  return [
    `@@ -${range(from, around + removed.length)} +${range(
      from,
      around + added.length,
    )} @@\n`,
    ...leading.map(line => show(' ', line)),
    ...removed.map(line => show('-', line)),
    ...added.map(line => show('+', line)),
    ...trailing.map(line => show(' ', line)),
  ].join('');
}
