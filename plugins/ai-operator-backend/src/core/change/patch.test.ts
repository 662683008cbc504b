import fc from 'fast-check';
import { patch } from './patch';

/** Applies a unified diff the way `patch` does: believes nothing but the hunk. */
function apply(before: string, diff: string): string {
  if (diff === '') {
    return before;
  }
  const lines = before === '' ? [] : before.split(/(?<=\n)/);
  const rows = diff.split(/(?<=\n)/);
  const header = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@\n$/.exec(rows[0]);
  if (!header) {
    throw new Error(`No header: ${rows[0]}`);
  }
  const oldCount = Number(header[2] ?? 1);
  const newCount = Number(header[4] ?? 1);
  const start = oldCount === 0 ? Number(header[1]) : Number(header[1]) - 1;
  const removed: string[] = [];
  const added: string[] = [];
  rows.slice(1).forEach((row, index, body) => {
    if (row.startsWith('\\')) {
      return;
    }
    const cut = body[index + 1]?.startsWith('\\')
      ? row.slice(1, -1)
      : row.slice(1);
    if (row[0] !== '+') {
      removed.push(cut);
    }
    if (row[0] !== '-') {
      added.push(cut);
    }
  });
  expect(removed).toHaveLength(oldCount);
  expect(added).toHaveLength(newCount);
  expect(lines.slice(start, start + oldCount)).toEqual(removed);
  return [
    ...lines.slice(0, start),
    ...added,
    ...lines.slice(start + oldCount),
  ].join('');
}

it('shows one changed line with three lines around it, as git does', () => {
  const before = 'a\nb\nc\nd\ne\nf\ng\nh\ni\n';
  expect(patch(before, before.replace('e', 'E'))).toBe(
    '@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n',
  );
});

it.each([
  ['a\n', 'a\n', ''],
  ['', 'a\n', '@@ -0,0 +1 @@\n+a\n'],
  ['a\n', '', '@@ -1 +0,0 @@\n-a\n'],
  [
    'a',
    'b',
    '@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n',
  ],
  ['a\n', 'a', '@@ -1 +1 @@\n-a\n+a\n\\ No newline at end of file\n'],
])('%j to %j', (before, after, diff) => {
  expect(patch(before, after)).toBe(diff);
});

it('can be applied to the text it was made from', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', 'c', '', '+', '-x', '\\'), {
      maxLength: 12,
    })
    .chain(lines => fc.constantFrom(lines.join('\n'), `${lines.join('\n')}\n`));
  fc.assert(
    fc.property(text, text, (before, after) => {
      expect(apply(before, patch(before, after))).toBe(after);
    }),
    { numRuns: 1000 },
  );
});
