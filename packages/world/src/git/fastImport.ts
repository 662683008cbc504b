import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { InputError } from '@backstage/errors';
import { GitError, gitEnvironment } from './run';
import { type HistoryCommit, type Identity } from './types';

const MAX_COMMITS = 10_000;
const TIMEOUT_MS = 120_000;

/** An imported commit. */
export interface ImportedCommit {
  sha: string;
  branch: string;
}

/**
 * Imports a history in one `git fast-import` process. Each commit's sha is
 * asked back before the next one is written, so that file contents may name
 * earlier commits (a manifest's `targetRevision`).
 *
 * @returns the commits in the order given
 */
export async function fastImport(
  dir: string,
  commits: HistoryCommit[],
  defaultBranch: string,
): Promise<ImportedCommit[]> {
  if (commits.length > MAX_COMMITS) {
    throw new InputError(
      `A history has at most ${MAX_COMMITS} commits, not ${commits.length}`,
    );
  }
  const child = spawn(
    'git',
    [
      '-c',
      'fastimport.unpackLimit=1',
      'fast-import',
      '--quiet',
      '--done',
      '--force',
    ],
    {
      cwd: dir,
      env: gitEnvironment(),
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: TIMEOUT_MS,
    },
  );
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(0, 4096);
  });
  child.stdin.on('error', () => {});
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', code => resolve(code ?? -1));
  });
  const answers = createInterface({ input: child.stdout })[
    Symbol.asyncIterator
  ]();
  try {
    const imported = await writeAll(
      commits,
      defaultBranch,
      async (mark, text) => {
        child.stdin.write(text);
        child.stdin.write(`get-mark :${mark}\n`);
        const answer = await answers.next();
        if (answer.done) {
          throw new GitError(dir, ['fast-import'], await ended, stderr);
        }
        return answer.value;
      },
    );
    child.stdin.end('done\n');
    const code = await ended;
    if (code !== 0) {
      throw new GitError(dir, ['fast-import'], code, stderr);
    }
    return imported;
  } catch (error) {
    child.kill();
    throw error;
  }
}

async function writeAll(
  commits: HistoryCommit[],
  defaultBranch: string,
  write: (mark: number, text: string) => Promise<string>,
): Promise<ImportedCommit[]> {
  const byKey = new Map<string, string>();
  const started = new Set<string>();
  const imported: ImportedCommit[] = [];
  const shaOf = (key: string) => {
    const sha = byKey.get(key);
    if (!sha) {
      throw new InputError(
        `No earlier commit of the history has the key "${key}"`,
      );
    }
    return sha;
  };
  // By mark, as the objects of an unfinished import cannot be found by sha.
  const marks = new Map<string, number>();
  const markOf = (key: string) => {
    shaOf(key);
    return `:${marks.get(key)}`;
  };
  for (const [index, commit] of commits.entries()) {
    const branch = commit.branch ?? defaultBranch;
    const lines = [
      `commit refs/heads/${branch}`,
      `mark :${index + 1}`,
      `author ${signature(commit.author, commit.date)}`,
      `committer ${signature(commit.committer ?? commit.author, commit.date)}`,
      data(commit.messageWith?.(shaOf) ?? commit.message),
    ];
    if (commit.parent !== undefined) {
      lines.push(`from ${markOf(commit.parent)}`);
    } else if (!started.has(branch) && index > 0 && branch !== defaultBranch) {
      throw new InputError(`Branch "${branch}" starts without a parent`);
    }
    for (const key of commit.mergeParents ?? []) {
      lines.push(`merge ${markOf(key)}`);
    }
    for (const [path, content] of Object.entries(commit.files ?? {})) {
      if (content === undefined) {
        lines.push(`D ${path}`);
      } else {
        lines.push(`M 100644 inline ${path}`);
        lines.push(
          data(typeof content === 'string' ? content : content(shaOf)),
        );
      }
    }
    const sha = await write(index + 1, `${lines.join('\n')}\n\n`);
    started.add(branch);
    imported.push({ sha, branch });
    if (commit.key !== undefined) {
      byKey.set(commit.key, sha);
      marks.set(commit.key, index + 1);
    }
  }
  return imported;
}

function signature(identity: Identity, date: number): string {
  const clean = (text: string) => text.replace(/[<>\n\0]/g, '');
  return `${clean(identity.name)} <${clean(identity.email)}> ${Math.floor(
    date / 1000,
  )} +0000`;
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}
