import { NotFoundError } from '@backstage/errors';
import {
  access,
  chmod,
  mkdir,
  readFile,
  rm,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { diffTrees, EMPTY_TREE } from './diff';
import { fastImport, type ImportedCommit } from './fastImport';
import { Facts, LruMap } from './lru';
import { ObjectReader } from './objectReader';
import { LOG_FORMAT, parseCommit, parseLog, parseTree } from './parse';
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
import { writeTree } from './writeTree';

const MARKER = 'simulated-world';
const SHA = /^[0-9a-f]{40}$/;
const MAX_LOG = 1000;

/** Git configuration of a repository. */
const CONFIG = `[http]
	receivepack = true
[receive]
	hideRefs = refs/pull
	denyDeleteCurrent = refuse
	unpackLimit = 1
[core]
	fsync = none
[gc]
	auto = 0
[uploadpack]
	allowReachableSHA1InWant = true
	allowFilter = true
`;

/** Refuses what `httpBackend` decided to refuse; see there. */
const UPDATE_HOOK = `#!/bin/sh
case "$WORLD_REFUSED_REFS" in *"|$1|"*)
  echo "GH006: Protected branch update failed for $1." >&2
  echo "Changes must be made through a pull request." >&2
  exit 1 ;;
esac
case "$WORLD_NO_FORCE_REFS" in *"|$1|"*)
  case "$2$3" in *0000000000000000000000000000000000000000*) exit 0 ;; esac
  if ! git merge-base --is-ancestor "$2" "$3"; then
    echo "GH006: Protected branch update failed for $1." >&2
    echo "Cannot force-push to this branch." >&2
    exit 1
  fi ;;
esac
exit 0
`;

export interface LogOptions {
  /** At most {@link MAX_LOG}; default 30. */
  max?: number;
  skip?: number;
  /** Epoch milliseconds, by committer date. */
  since?: number;
  until?: number;
  path?: string;
}

export interface CommitFilesOptions {
  branch: string;
  /** By path; `undefined` deletes. */
  files: Record<string, string | undefined>;
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
  readonly #facts = new Facts(1000);
  #writes: Promise<unknown> = Promise.resolve();

  private constructor(dir: string, fullName: string, defaultBranch: string) {
    this.dir = dir;
    this.fullName = fullName;
    this.defaultBranch = defaultBranch;
    this.#objects = new ObjectReader(dir);
    this.#refs = new Refs(dir);
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
    if (await exists(dir)) {
      if (!(await exists(join(dir, MARKER)))) {
        throw new Error(
          `${dir} is not a repository of the simulated world; remove it or choose another data folder`,
        );
      }
      await rm(dir, { recursive: true, force: true });
    }
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, MARKER), `${options.fullName}\n`);
    await runGit(dir, [
      'init',
      '--quiet',
      '--bare',
      `--initial-branch=${options.defaultBranch}`,
      '--template=',
      '.',
    ]);
    await writeFile(
      join(dir, 'config'),
      `${await readFile(join(dir, 'config'), 'utf8')}${CONFIG}`,
    );
    await mkdir(join(dir, 'hooks'), { recursive: true });
    await writeFile(join(dir, 'hooks', 'update'), UPDATE_HOOK);
    await chmod(join(dir, 'hooks', 'update'), 0o755);
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
    return await this.#facts.get(`tree ${tree} ${options}`, async () => {
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
    if (!sha) {
      return [];
    }
    const args = [
      `--max-count=${Math.min(options.max ?? 30, MAX_LOG)}`,
      ...(options.skip ? [`--skip=${options.skip}`] : []),
      ...range(options),
      sha,
      '--',
      ...(options.path ? [`:(literal)${options.path}`] : []),
    ];
    return await this.#facts.get(`log ${args.join(' ')}`, async () => {
      const { stdout } = await runGit(this.dir, [
        'log',
        '-z',
        LOG_FORMAT,
        ...args,
      ]);
      const commits = parseLog(stdout);
      for (const commit of commits) {
        this.#commits.set(commit.sha, commit);
      }
      return commits;
    });
  }

  /** How many commits {@link log} would give without `max` and `skip`. */
  async countCommits(rev: string, options: LogOptions = {}): Promise<number> {
    const sha = await this.resolve(rev);
    if (!sha) {
      return 0;
    }
    const args = [
      ...range(options),
      sha,
      '--',
      ...(options.path ? [`:(literal)${options.path}`] : []),
    ];
    return await this.#facts.get(`count ${args.join(' ')}`, async () => {
      const { stdout } = await runGit(this.dir, [
        'rev-list',
        '--count',
        ...args,
      ]);
      return Number(stdout.toString());
    });
  }

  /** Whether `ancestor` is `descendant` or one of its ancestors. */
  async isAncestor(ancestor: string, descendant: string): Promise<boolean> {
    if (ancestor === descendant) {
      return true;
    }
    return await this.#facts.get(
      `ancestor ${ancestor} ${descendant}`,
      async () => {
        const { code } = await runGit(
          this.dir,
          ['merge-base', '--is-ancestor', ancestor, descendant],
          { accept: [0, 1] },
        );
        return code === 0;
      },
    );
  }

  /** The best common ancestor, or undefined for unrelated histories. */
  async mergeBase(a: string, b: string): Promise<string | undefined> {
    return await this.#facts.get(`base ${a} ${b}`, async () => {
      const { code, stdout } = await runGit(this.dir, ['merge-base', a, b], {
        accept: [0, 1],
      });
      return code === 0 ? stdout.toString().trim() : undefined;
    });
  }

  /** What changed from one commit to another; `undefined` = from nothing. */
  async diff(from: string | undefined, to: string): Promise<FileDiff[]> {
    return await this.#facts.get(`diff ${from} ${to}`, () =>
      diffTrees(this.dir, from ?? EMPTY_TREE, to),
    );
  }

  /**
   * Compares `head` with where it left `base` (three dots), at most 1000
   * commits, or undefined when the histories are unrelated.
   */
  async compare(base: string, head: string): Promise<Comparison | undefined> {
    return await this.#facts.get(`compare ${base}...${head}`, async () => {
      const mergeBase = await this.mergeBase(base, head);
      return mergeBase ? await this.#compare(base, head, mergeBase) : undefined;
    });
  }

  async #compare(
    base: string,
    head: string,
    mergeBase: string,
  ): Promise<Comparison> {
    const [counts, log, files] = await Promise.all([
      runGit(this.dir, [
        'rev-list',
        '--count',
        '--left-right',
        `${base}...${head}`,
      ]),
      runGit(this.dir, [
        'log',
        '-z',
        '--reverse',
        LOG_FORMAT,
        `--max-count=${MAX_LOG}`,
        `${base}..${head}`,
      ]),
      this.diff(mergeBase, head),
    ]);
    const [behindBy, aheadBy] = counts.stdout
      .toString()
      .trim()
      .split('\t')
      .map(Number);
    return {
      mergeBase,
      aheadBy,
      behindBy,
      commits: parseLog(log.stdout),
      files,
    };
  }

  /** Three-way merge of two commits, without touching a branch. */
  async mergeTrees(base: string, head: string): Promise<MergeResult> {
    return await this.#facts.get(`merge ${base} ${head}`, () =>
      this.#mergeTrees(base, head),
    );
  }

  async #mergeTrees(base: string, head: string): Promise<MergeResult> {
    if (!(await this.mergeBase(base, head))) {
      return { kind: 'conflict', files: [] };
    }
    const { code, stdout } = await runGit(
      this.dir,
      [
        'merge-tree',
        '--write-tree',
        '--name-only',
        '--no-messages',
        '-z',
        base,
        head,
      ],
      { accept: [0, 1] },
    );
    const [tree, ...files] = stdout
      .toString()
      .split(/[\0\n]/)
      .filter(Boolean);
    return code === 0 ? { kind: 'clean', tree } : { kind: 'conflict', files };
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

  /** Stores a file's content; answers its sha. */
  async writeBlob(content: string | Buffer): Promise<string> {
    const { stdout } = await runGit(
      this.dir,
      ['hash-object', '-w', '--stdin'],
      {
        input: content,
      },
    );
    return stdout.toString().trim();
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

  /** Stores a commit; answers its sha. */
  async writeCommit(commit: {
    tree: string;
    parents: string[];
    message: string;
    author: Signature;
    committer?: Signature;
  }): Promise<string> {
    const committer = commit.committer ?? commit.author;
    const { stdout } = await runGit(
      this.dir,
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

function range(options: LogOptions): string[] {
  return [
    ...(options.since === undefined
      ? []
      : [`--since=@${Math.ceil(options.since / 1000)}`]),
    ...(options.until === undefined
      ? []
      : [`--until=@${Math.floor(options.until / 1000)}`]),
  ];
}

function gitDate(signature: Signature): string {
  return `${Math.floor(signature.date / 1000)} +0000`;
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
