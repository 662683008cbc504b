import { runGit } from './run';
import { type Signature } from './types';

/** A commit to store. */
export interface NewCommit {
  tree: string;
  parents: string[];
  message: string;
  author: Signature;
  /** Default: the author. */
  committer?: Signature;
}

/** Stores a file's content; answers its sha. */
export async function writeBlob(
  dir: string,
  content: string | Buffer,
): Promise<string> {
  const { stdout } = await runGit(dir, ['hash-object', '-w', '--stdin'], {
    input: content,
  });
  return stdout.toString().trim();
}

/** Stores a commit; answers its sha. */
export async function writeCommit(
  dir: string,
  commit: NewCommit,
): Promise<string> {
  const committer = commit.committer ?? commit.author;
  const { stdout } = await runGit(
    dir,
    [
      'commit-tree',
      commit.tree,
      ...commit.parents.flatMap(p => ['-p', p]),
      '-F',
      '-',
    ],
    {
      input: commit.message,
      env: {
        GIT_AUTHOR_NAME: commit.author.name,
        GIT_AUTHOR_EMAIL: commit.author.email,
        GIT_AUTHOR_DATE: gitDate(commit.author),
        GIT_COMMITTER_NAME: committer.name,
        GIT_COMMITTER_EMAIL: committer.email,
        GIT_COMMITTER_DATE: gitDate(committer),
      },
    },
  );
  return stdout.toString().trim();
}

function gitDate(signature: Signature): string {
  return `${Math.floor(signature.date / 1000)} +0000`;
}
