import { NotFoundError } from '@backstage/errors';
import { createBare } from './bareRepository';
import { fastImport, type ImportedCommit } from './fastImport';
import { History, type LogOptions } from './history';
import { Facts, LruMap } from './lru';
import { ObjectReader } from './objectReader';
import { parseCommit, parseTree } from './parse';
import { Refs } from './refs';
import { runGit } from './run';
import {
  type Commit,
  type Comparison,
  type FileDiff,
  type HistoryCommit,
  type MergeResult,
  type RefChange,
  type RefUpdate,
  type Signature,
  type TreeChange,
  type TreeEntry,
} from './types';
import { type NewCommit, writeBlob, writeCommit } from './writeObjects';
import { writeTree } from './writeTree';

const SHA = /^[0-9a-f]{40}$/;

export interface CommitFilesOptions {
  branch: string;
  /** By path; `undefined` deletes. */
  files: Record<string, string | Buffer | undefined>;
  message: string;
  author: Signature;
  committer?: Signature;
  /** Commit to build on; default: the branch's head. The branch must be there when the commit is. */
  parent?: string;
  actor?: string;
}

/**
 * A bare repository on disk, read and written through the git binary.
 * Objects never change, so everything named by sha is cached; branches and
 * tags are kept in memory and re-read after a push (see {@link refresh}).
 */
export class GitRepository {
  readonly dir: string;
  readonly fullName: string;
  readonly defaultBranch: string;
  readonly #objects: ObjectReader;
  readonly #refs: Refs;
  readonly #commits = new LruMap<string, Commit>(2000);
  readonly #trees = new Facts(500);
  readonly #history: History;
  #writes: Promise<unknown> = Promise.resolve();

  private constructor(dir: string, fullName: string, defaultBranch: string) {
    this.dir = dir;
    this.fullName = fullName;
    this.defaultBranch = defaultBranch;
    this.#objects = new ObjectReader(dir);
    this.#refs = new Refs(dir);
    this.#history = new History(dir);
  }

  /**
   * Creates an empty bare repository in `dir`, replacing one that an earlier
   * run of the world left there.
   *
   * @throws Error when `dir` holds something the world did not make
   */
  static async init(
    dir: string,
    options: { fullName: string; defaultBranch: string },
  ): Promise<GitRepository> {
    await createBare(dir, options);
    return new GitRepository(dir, options.fullName, options.defaultBranch);
  }

  /** Ends the reading process. */
  async close(): Promise<void> {
    await this.#writes.catch(() => {});
    await this.#objects.close();
  }

  /** Calls `listener` after each change of a ref; returns a function that stops it. */
  onRefChange(listener: (change: RefChange) => void): () => void {
    return this.#refs.listen(listener);
  }

  /** Notices what was pushed into the folder from outside. */
  async refresh(actor?: string): Promise<void> {
    await this.#refs.refresh(actor);
  }

  /** Imports commits in one go; listeners are not told. */
  async importHistory(commits: HistoryCommit[]): Promise<ImportedCommit[]> {
    const imported = await fastImport(this.dir, commits, this.defaultBranch);
    await this.#refs.load();
    return imported;
  }

  /** The commit a branch, tag, full ref, `HEAD`, sha or abbreviated sha (4 or more digits) names. */
  async resolve(rev: string): Promise<string | undefined> {
    if (SHA.test(rev)) {
      return (await this.commit(rev))?.sha;
    }
    const name = rev === 'HEAD' ? this.defaultBranch : rev;
    for (const ref of [`refs/heads/${name}`, `refs/tags/${name}`, name]) {
      const sha = await this.#refs.get(ref);
      if (sha) {
        return (await this.#objects.info(`${sha}^{commit}`))?.sha;
      }
    }
    if (/^[0-9a-f]{4,39}$/.test(rev) || /^[\w./-]+([~^]\d*)+$/.test(rev)) {
      return (await this.#objects.info(`${rev}^{commit}`))?.sha;
    }
    return undefined;
  }

  /** A commit by full sha. */
  async commit(sha: string): Promise<Commit | undefined> {
    const cached = this.#commits.get(sha);
    if (cached || !SHA.test(sha)) {
      return cached;
    }
    const object = await this.#objects.read(`${sha}^{commit}`);
    if (!object) {
      return undefined;
    }
    const commit = parseCommit(object.sha, object.content);
    this.#commits.set(sha, commit);
    return commit;
  }

  /** An object by sha, or by `rev:path`. */
  async object(name: string) {
    return await this.#objects.read(name);
  }

  /** Type and size of an object by sha, or by `rev:path`. */
  async objectInfo(name: string) {
    return await this.#objects.info(name);
  }

  /** Content of a file, or undefined when `rev` or `path` is not there or no file. */
  async readFile(rev: string, path: string): Promise<Buffer | undefined> {
    const sha = await this.resolve(rev);
    const object = sha && (await this.#objects.read(`${sha}:${path}`));
    return object && object.type === 'blob' ? object.content : undefined;
  }

  /**
   * Entries of a commit's folder (`''` = the root), paths relative to it, or
   * undefined when there is no such folder. `rev` may be the sha of a tree.
   */
  async listTree(
    rev: string,
    path = '',
    recursive = false,
  ): Promise<TreeEntry[] | undefined> {
    const sha = (await this.resolve(rev)) ?? rev;
    const tree = await this.#objects.info(
      path === '' ? `${sha}^{tree}` : `${sha}:${path}`,
    );
    if (tree?.type !== 'tree') {
      return undefined;
    }
    return await this.#listTreeObject(tree.sha, recursive ? ['-r', '-t'] : []);
  }

  async #listTreeObject(tree: string, options: string[] = []) {
    return await this.#trees.get(`${tree} ${options}`, async () => {
      const { stdout } = await runGit(this.dir, [
        'ls-tree',
        '-z',
        '-l',
        ...options,
        tree,
      ]);
      return parseTree(stdout);
    });
  }

  /** Branches, tags and other refs whose full name starts with `prefix`, by name. */
  async listRefs(
    prefix = 'refs/',
  ): Promise<Array<{ ref: string; sha: string }>> {
    return await this.#refs.list(prefix);
  }

  /** Commits from `rev` back, newest first. Empty when `rev` is not there. */
  async log(rev: string, options: LogOptions = {}): Promise<Commit[]> {
    const sha = await this.resolve(rev);
    return sha ? await this.#history.log(sha, options) : [];
  }

  /** How many commits {@link log} would give without `max` and `skip`. */
  async countCommits(rev: string, options: LogOptions = {}): Promise<number> {
    const sha = await this.resolve(rev);
    return sha ? await this.#history.countCommits(sha, options) : 0;
  }

  /** Whether the commit `ancestor` is `descendant` or one of its ancestors. */
  async isAncestor(ancestor: string, descendant: string): Promise<boolean> {
    return await this.#history.isAncestor(ancestor, descendant);
  }

  /** The best common ancestor of two commits, or undefined for unrelated histories. */
  async mergeBase(a: string, b: string): Promise<string | undefined> {
    return await this.#history.mergeBase(a, b);
  }

  /** What changed from one commit to another; `undefined` = from nothing. */
  async diff(from: string | undefined, to: string): Promise<FileDiff[]> {
    return await this.#history.diff(from, to);
  }

  /**
   * Compares `head` with where it left `base` (three dots), at most 1000
   * commits, or undefined when the histories are unrelated.
   */
  async compare(base: string, head: string): Promise<Comparison | undefined> {
    return await this.#history.compare(base, head);
  }

  /** Three-way merge of two commits, without touching a branch. */
  async mergeTrees(base: string, head: string): Promise<MergeResult> {
    return await this.#history.mergeTrees(base, head);
  }

  /** Stores a file's content; answers its sha. */
  async writeBlob(content: string | Buffer): Promise<string> {
    return await writeBlob(this.dir, content);
  }

  /** Stores a commit; answers its sha. */
  async writeCommit(commit: NewCommit): Promise<string> {
    return await writeCommit(this.dir, commit);
  }

  /** A gzipped tar of a commit, its paths under `prefix`. */
  async archive(sha: string, prefix: string): Promise<Buffer> {
    const { stdout } = await runGit(this.dir, [
      'archive',
      '--format=tar.gz',
      `--prefix=${prefix}`,
      sha,
    ]);
    return stdout;
  }

  /** Stores the tree that results from changing the tree (or commit) `base`; answers its sha. */
  async writeTree(
    base: string | undefined,
    changes: TreeChange[],
  ): Promise<string> {
    const root = base && (await this.#objects.info(`${base}^{tree}`));
    if (base && !root) {
      throw new NotFoundError(`${this.fullName} has no tree ${base}`);
    }
    return await writeTree(
      this.dir,
      root ? root.sha : undefined,
      changes,
      tree => this.#listTreeObject(tree),
    );
  }

  /**
   * Moves a ref, if it is where `expected` says (`absent` = must not exist,
   * undefined = wherever it is).
   *
   * @throws InputError when git refuses the name
   */
  async updateRef(
    ref: string,
    sha: string,
    options: { expected?: string; actor?: string } = {},
  ): Promise<RefUpdate> {
    return await this.#refs.update(ref, sha, options);
  }

  /** Creates refs in one go; listeners are not told. */
  async createRefs(refs: Array<{ ref: string; sha: string }>): Promise<void> {
    await runGit(this.dir, ['update-ref', '--stdin'], {
      input: refs.map(({ ref, sha }) => `create ${ref} ${sha}\n`).join(''),
    });
    await this.#refs.load();
  }

  /** Deletes a ref, if it is where `expected` says. */
  async deleteRef(
    ref: string,
    options: { expected?: string; actor?: string } = {},
  ): Promise<RefUpdate> {
    return await this.#refs.update(ref, undefined, options);
  }

  /**
   * Commits files on top of a branch, creating the branch when it is not
   * there; answers the commit's sha. Calls wait for each other.
   *
   * @throws Error when the branch was moved meanwhile
   */
  async commitFiles(options: CommitFilesOptions): Promise<string> {
    return await this.exclusively(async () => {
      const ref = `refs/heads/${options.branch}`;
      const head = await this.#refs.get(ref);
      const parent = options.parent ?? head;
      const changes = await Promise.all(
        Object.entries(options.files).map(async ([path, content]) => ({
          path,
          mode: '100644',
          sha:
            content === undefined ? undefined : await this.writeBlob(content),
        })),
      );
      const sha = await this.writeCommit({
        tree: await this.writeTree(parent, changes),
        parents: parent ? [parent] : [],
        message: options.message,
        author: options.author,
        committer: options.committer,
      });
      const update = await this.updateRef(ref, sha, {
        expected: head ?? 'absent',
        actor: options.actor,
      });
      if (update.kind === 'stale') {
        throw new Error(
          `${ref} of ${this.fullName} moved while a commit was made`,
        );
      }
      return sha;
    });
  }

  /**
   * Squashes what `head` has and the branch `base` has not into one commit on
   * that branch. A conflict, or a base that moved meanwhile, is a value.
   */
  async squashMerge(options: {
    base: string;
    head: string;
    message: string;
    author: Signature;
    committer?: Signature;
    actor?: string;
  }): Promise<
    | { kind: 'merged'; sha: string }
    | { kind: 'conflict'; files: string[] }
    | { kind: 'stale' }
  > {
    return await this.exclusively(async () => {
      const base = await this.resolve(`refs/heads/${options.base}`);
      if (!base) {
        throw new NotFoundError(
          `${this.fullName} has no branch ${options.base}`,
        );
      }
      const merge = await this.mergeTrees(base, options.head);
      if (merge.kind === 'conflict') {
        return merge;
      }
      const sha = await this.writeCommit({
        tree: merge.tree,
        parents: [base],
        message: options.message,
        author: options.author,
        committer: options.committer,
      });
      const update = await this.updateRef(`refs/heads/${options.base}`, sha, {
        expected: base,
        actor: options.actor,
      });
      return update.kind === 'stale'
        ? { kind: 'stale' }
        : { kind: 'merged', sha };
    });
  }

  /** Runs `work` when no other such work is under way. */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#writes.then(work, work);
    this.#writes = result.catch(() => {});
    return await result;
  }
}
