import { InputError } from '@backstage/errors';
import { runGit } from './run';
import { type TreeChange, type TreeEntry } from './types';

interface Folder {
  /** Sha of the folder as it was; absent when it is new. */
  base: string | undefined;
  leaves: Map<string, TreeChange>;
  folders: Map<string, Folder>;
}

/**
 * Writes the tree that results from changing `base`, and the folders it
 * needs; a folder left without entries disappears.
 *
 * @param list - reads the direct entries of a tree
 * @returns the sha of the root tree
 * @throws InputError for a path git would refuse
 */
export async function writeTree(
  dir: string,
  base: string | undefined,
  changes: TreeChange[],
  list: (tree: string) => Promise<TreeEntry[]>,
): Promise<string> {
  const root: Folder = { base, leaves: new Map(), folders: new Map() };
  for (const change of changes) {
    place(root, change);
  }
  return (await writeFolder(dir, root, list)) ?? (await makeTree(dir, []));
}

function place(root: Folder, change: TreeChange) {
  const parts = change.path.split('/');
  const name = parts.pop();
  const refused = (part: string) =>
    part === '' || part === '.' || part === '..' || /^\.git$/i.test(part);
  if (
    !name ||
    refused(name) ||
    parts.some(refused) ||
    change.path.includes('\0')
  ) {
    throw new InputError(`Not a path for a tree: "${change.path}"`);
  }
  let folder = root;
  for (const part of parts) {
    let next = folder.folders.get(part);
    if (!next) {
      next = { base: undefined, leaves: new Map(), folders: new Map() };
      folder.folders.set(part, next);
    }
    folder = next;
  }
  folder.leaves.set(name, change);
}

async function writeFolder(
  dir: string,
  folder: Folder,
  list: (tree: string) => Promise<TreeEntry[]>,
): Promise<string | undefined> {
  const entries = new Map<
    string,
    { mode: string; type: string; sha: string }
  >();
  for (const entry of folder.base ? await list(folder.base) : []) {
    entries.set(entry.path, entry);
  }
  for (const [name, change] of folder.leaves) {
    if (change.sha === undefined) {
      entries.delete(name);
    } else {
      entries.set(name, {
        mode: change.mode,
        type: typeOfMode(change.mode),
        sha: change.sha,
      });
    }
  }
  for (const [name, child] of folder.folders) {
    const before = entries.get(name);
    const sha = await writeFolder(
      dir,
      { ...child, base: before?.type === 'tree' ? before.sha : undefined },
      list,
    );
    if (sha !== undefined) {
      entries.set(name, { mode: '040000', type: 'tree', sha });
    } else if (before?.type === 'tree') {
      entries.delete(name);
    }
  }
  if (entries.size === 0) {
    return undefined;
  }
  return await makeTree(
    dir,
    [...entries].map(
      ([name, entry]) => `${entry.mode} ${entry.type} ${entry.sha}\t${name}\0`,
    ),
  );
}

async function makeTree(dir: string, lines: string[]): Promise<string> {
  const { stdout } = await runGit(dir, ['mktree', '-z'], {
    input: lines.join(''),
  });
  return stdout.toString().trim();
}

function typeOfMode(mode: string): string {
  if (mode === '040000') {
    return 'tree';
  }
  return mode === '160000' ? 'commit' : 'blob';
}
