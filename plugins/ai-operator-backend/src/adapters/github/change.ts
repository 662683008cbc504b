import { createHash } from 'crypto';
import { z } from 'zod';
import { ChangePlan } from '../../core/rollback';
import { PortError } from '../../ports';
import { GitHubClient } from './GitHubClient';
import { RequestScope } from './scope';

/** The name git gives a file's content. */
export function blobSha(content: string): string {
  const bytes = Buffer.from(content, 'utf8');
  return createHash('sha1')
    .update(`blob ${bytes.length}\0`)
    .update(bytes)
    .digest('hex');
}

const gitCommitSchema = z.object({
  sha: z.string(),
  message: z.string(),
  tree: z.object({ sha: z.string() }),
  parents: z.array(z.object({ sha: z.string() })),
});

const treeSchema = z.object({
  tree: z.array(
    z.object({
      path: z.string(),
      mode: z.string(),
      type: z.string(),
      sha: z.string(),
    }),
  ),
});

const createdSchema = z.object({ sha: z.string() });

const fullCommitSchema = z.object({
  sha: z.string(),
  commit: z.object({ message: z.string() }),
  parents: z.array(z.object({ sha: z.string() })),
  files: z
    .array(
      z.object({
        filename: z.string(),
        sha: z.string().nullish(),
        status: z.string(),
      }),
    )
    .optional(),
});

/** What a commit has to do with a planned change. */
export interface CommitJudgement {
  /** It makes exactly the planned change to its one parent. */
  isPlanned: boolean;
  /** Its one parent; undefined for the first commit and for merges. */
  parent: string | undefined;
  /** It carries our commit message, so an earlier try of ours made it. */
  isOurs: boolean;
}

/** Compares a commit with the plan, file by file, by content. */
export async function judgeCommit(
  client: GitHubClient,
  scope: RequestScope,
  sha: string,
  change: ChangePlan,
  commitMessage: string,
): Promise<CommitJudgement> {
  const commit = await client.get(
    scope,
    fullCommitSchema,
    'GET /repos/{owner}/{repo}/commits/{ref}',
    { ref: sha },
  );
  const files = commit.files ?? [];
  const isPlanned =
    commit.parents.length === 1 &&
    files.length === change.files.length &&
    change.files.every(planned =>
      files.some(
        file =>
          file.filename === planned.path &&
          file.status !== 'removed' &&
          file.sha === blobSha(planned.after),
      ),
    );
  return {
    isPlanned,
    parent: commit.parents.length === 1 ? commit.parents[0].sha : undefined,
    // git ends a message with a line feed, GitHub leaves it out.
    isOurs: commit.commit.message.trim() === commitMessage.trim(),
  };
}

interface BaseFile {
  mode: string;
  sha: string;
}

/** A file of a tree, walked to folder by folder; undefined when it is not there. */
async function findInTree(
  client: GitHubClient,
  scope: RequestScope,
  treeSha: string,
  path: string,
): Promise<BaseFile | undefined> {
  let current = treeSha;
  const parts = path.split('/');
  for (const [index, part] of parts.entries()) {
    const { tree } = await client.get(
      scope,
      treeSchema,
      'GET /repos/{owner}/{repo}/git/trees/{tree_sha}',
      { tree_sha: current },
    );
    const entry = tree.find(each => each.path === part);
    const isLast = index === parts.length - 1;
    if (!entry || entry.type !== (isLast ? 'blob' : 'tree')) {
      return undefined;
    }
    if (isLast) {
      return { mode: entry.mode, sha: entry.sha };
    }
    current = entry.sha;
  }
  return undefined;
}

/**
 * One commit on the planned base that makes the planned change, file modes
 * kept. Nothing points to it yet, so making it twice leaves nothing behind.
 *
 * @throws PortError CONFLICT when a file at the base is not what the plan was made from
 */
export async function makeCommit(
  client: GitHubClient,
  scope: RequestScope,
  change: ChangePlan,
  commitMessage: string,
): Promise<string> {
  const base = await client.get(
    scope,
    gitCommitSchema,
    'GET /repos/{owner}/{repo}/git/commits/{commit_sha}',
    { commit_sha: change.baseSha },
  );
  const entries = [];
  for (const file of change.files) {
    const before = await findInTree(client, scope, base.tree.sha, file.path);
    if (before?.sha !== blobSha(file.before)) {
      throw new PortError(
        'CONFLICT',
        `'${file.path}' at ${change.baseSha} in ${scope.repository.slug} is not the file the change was planned on`,
      );
    }
    entries.push({
      path: file.path,
      mode: before.mode,
      type: 'blob',
      content: file.after,
    });
  }
  const tree = await client.get(
    scope,
    createdSchema,
    'POST /repos/{owner}/{repo}/git/trees',
    { base_tree: base.tree.sha, tree: entries },
  );
  const commit = await client.get(
    scope,
    createdSchema,
    'POST /repos/{owner}/{repo}/git/commits',
    { message: commitMessage, tree: tree.sha, parents: [change.baseSha] },
  );
  return commit.sha;
}
