import { type Commit, type Signature, type TreeEntry } from './types';

/** Format of `git log -z` that {@link parseLog} reads. */
export const LOG_FORMAT =
  '--format=%H%n%T%n%P%n%an%n%ae%n%at%n%cn%n%ce%n%ct%n%B';

/** Reads `git log -z` in {@link LOG_FORMAT}. */
export function parseLog(output: Buffer): Commit[] {
  const text = output.toString('utf8');
  if (text === '') {
    return [];
  }
  return text
    .replace(/\0$/, '')
    .split('\0')
    .map(record => {
      const lines = record.split('\n');
      const [sha, tree, parents, an, ae, at, cn, ce, ct] = lines;
      return {
        sha,
        tree,
        parents: parents === '' ? [] : parents.split(' '),
        author: { name: an, email: ae, date: Number(at) * 1000 },
        committer: { name: cn, email: ce, date: Number(ct) * 1000 },
        message: trimEnd(lines.slice(9).join('\n')),
      };
    });
}

/** Reads a raw commit object. */
export function parseCommit(sha: string, content: Buffer): Commit {
  const text = content.toString('utf8');
  const headEnd = text.indexOf('\n\n');
  const head = headEnd < 0 ? text : text.slice(0, headEnd);
  const message = headEnd < 0 ? '' : text.slice(headEnd + 2);
  const parents: string[] = [];
  let tree = '';
  let author: Signature | undefined;
  let committer: Signature | undefined;
  for (const line of head.split('\n')) {
    const space = line.indexOf(' ');
    const value = line.slice(space + 1);
    switch (line.slice(0, space)) {
      case 'tree':
        tree = value;
        break;
      case 'parent':
        parents.push(value);
        break;
      case 'author':
        author = parseSignature(value);
        break;
      case 'committer':
        committer = parseSignature(value);
        break;
      default: // signatures, encodings and their continuation lines
    }
  }
  if (!author || !committer) {
    throw new Error(`Commit ${sha} has no author or committer`);
  }
  return { sha, tree, parents, author, committer, message: trimEnd(message) };
}

function parseSignature(value: string): Signature {
  const match = /^(.*?) ?<([^>]*)> (\d+) [+-]\d{4}$/.exec(value);
  if (!match) {
    throw new Error(`Not a signature: ${value}`);
  }
  return { name: match[1], email: match[2], date: Number(match[3]) * 1000 };
}

/** Reads `git ls-tree -z -l`. */
export function parseTree(output: Buffer): TreeEntry[] {
  return output
    .toString('utf8')
    .split('\0')
    .filter(line => line !== '')
    .map(line => {
      const tab = line.indexOf('\t');
      const [mode, type, sha, size] = line.slice(0, tab).split(/ +/);
      return {
        mode,
        type: type as TreeEntry['type'],
        sha,
        path: line.slice(tab + 1),
        size: size === '-' ? undefined : Number(size),
      };
    });
}

/** Git ends messages with a newline; GitHub shows them without. */
function trimEnd(message: string): string {
  return message.replace(/\n+$/, '');
}
