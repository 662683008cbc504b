import { type GitRepository, type Signature } from '../../git';

/**
 * Replays what `head` has and `base` has not on top of `base`, one commit at
 * a time; answers the last new commit, or undefined for a conflict.
 *
 * git's merge takes the common ancestor from history, so each step is laid
 * out as a small history of its own: the commit's parent as the ancestor of
 * both "where we are" and "the commit".
 */
export async function rebaseOnto(
  git: GitRepository,
  base: string,
  head: string,
  committer: Signature,
): Promise<string | undefined> {
  const comparison = await git.compare(base, head);
  let onto = base;
  for (const commit of comparison?.commits ?? []) {
    if (commit.parents.length > 1) {
      continue;
    }
    const treeOf = async (sha: string) => (await git.commit(sha))?.tree ?? sha;
    const step = async (tree: string, parents: string[]) =>
      await git.writeCommit({
        tree,
        parents,
        message: 'rebase step',
        author: committer,
      });
    const before = await step(
      commit.parents[0]
        ? await treeOf(commit.parents[0])
        : await git.writeTree(undefined, []),
      [],
    );
    const merge = await git.mergeTrees(
      await step(await treeOf(onto), [before]),
      await step(commit.tree, [before]),
    );
    if (merge.kind === 'conflict') {
      return undefined;
    }
    onto = await git.writeCommit({
      tree: merge.tree,
      parents: [onto],
      message: commit.message,
      author: commit.author,
      committer,
    });
  }
  return onto === base ? undefined : onto;
}
