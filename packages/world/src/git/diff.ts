import { runGit } from './run';
import { type FileDiff } from './types';

/** The tree without entries; git knows it without it being stored. */
export const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

const MAX_PATCH_CHARS = 200_000;
const MAX_FILES = 3000;

/** What changed from one commit or tree to another, renames detected, by path. */
export async function diffTrees(
  dir: string,
  from: string,
  to: string,
): Promise<FileDiff[]> {
  const [raw, patch] = await Promise.all([
    runGit(dir, [
      'diff',
      '--raw',
      '--numstat',
      '-z',
      '-M',
      '--no-abbrev',
      from,
      to,
      '--',
    ]),
    runGit(dir, ['diff', '-M', '--no-color', '--no-ext-diff', from, to, '--']),
  ]);
  const patches = patch.stdout
    .toString('utf8')
    .split(/^diff --git /m)
    .slice(1);
  return parseRaw(raw.stdout.toString('utf8').split('\0'))
    .slice(0, MAX_FILES)
    .map((file, index) => ({ ...file, patch: hunks(patches[index]) }));
}

function hunks(patch: string | undefined): string | undefined {
  const start = patch?.search(/^@@ /m) ?? -1;
  if (patch === undefined || start < 0 || patch.length > MAX_PATCH_CHARS) {
    return undefined;
  }
  return patch.slice(start).replace(/\n$/, '');
}

function parseRaw(fields: string[]): Array<Omit<FileDiff, 'patch'>> {
  const files: Array<Omit<FileDiff, 'patch'>> = [];
  let index = 0;
  let counted = 0;
  while (index < fields.length && fields[index] !== '') {
    const field = fields[index];
    if (field.startsWith(':')) {
      const [, , before, after, letter] = field.split(' ');
      const renamed = letter.startsWith('R') || letter.startsWith('C');
      files.push({
        path: renamed ? fields[index + 2] : fields[index + 1],
        previousPath: renamed ? fields[index + 1] : undefined,
        status: statusOf(letter),
        additions: 0,
        deletions: 0,
        sha: letter === 'D' ? before : after,
      });
      index += renamed ? 3 : 2;
    } else {
      // With -z a rename is counted as "added\tdeleted\t" followed by both paths.
      const [added, deleted, path] = field.split('\t');
      const file = files[counted];
      file.additions = Number(added) || 0;
      file.deletions = Number(deleted) || 0;
      counted += 1;
      index += path === '' ? 3 : 1;
    }
  }
  return files;
}

function statusOf(letter: string): FileDiff['status'] {
  switch (letter[0]) {
    case 'A':
      return 'added';
    case 'D':
      return 'removed';
    case 'R':
      return 'renamed';
    default:
      return 'modified';
  }
}
