/** Who wrote a commit. */
export interface Identity {
  name: string;
  email: string;
}

/** An identity at a moment (epoch milliseconds). */
export interface Signature extends Identity {
  date: number;
}

/** Content of a file, or a function of the commits imported before it. */
export type HistoryContent =
  | string
  | ((sha: (key: string) => string) => string);

/** A commit to import. */
export interface HistoryCommit {
  /** Name by which later commits and the caller find this one. */
  key?: string;
  /** Default: the repository's default branch. */
  branch?: string;
  /** Key of the parent; default: the branch's head so far. Starts a branch elsewhere. */
  parent?: string;
  /** Keys of further parents (a merge commit). */
  mergeParents?: string[];
  message: string;
  /** Words the message instead, when it has to name an earlier commit. */
  messageWith?: (sha: (key: string) => string) => string;
  author: Identity;
  committer?: Identity;
  /** Epoch milliseconds. */
  date: number;
  /** By path; `undefined` deletes. */
  files?: Record<string, HistoryContent | undefined>;
}

/** A ref moved. `before` is absent when it was created, `after` when it was deleted. */
export interface RefChange {
  /** Full name, e.g. `refs/heads/staging`. */
  ref: string;
  before: string | undefined;
  after: string | undefined;
  /** Login of who moved it, if known. */
  actor: string | undefined;
}

/** A commit, read from git. */
export interface Commit {
  sha: string;
  tree: string;
  parents: string[];
  author: Signature;
  committer: Signature;
  message: string;
}

export type ObjectType = 'blob' | 'tree' | 'commit' | 'tag';

/** A line of a tree. `path` is relative to the tree that was listed. */
export interface TreeEntry {
  mode: string;
  type: 'blob' | 'tree' | 'commit';
  sha: string;
  path: string;
  /** Bytes; blobs only. */
  size: number | undefined;
}

/** A change of a tree: `sha` undefined deletes the path. */
export interface TreeChange {
  path: string;
  mode: string;
  sha: string | undefined;
}

/** A file of a comparison. */
export interface FileDiff {
  path: string;
  previousPath: string | undefined;
  status: 'added' | 'removed' | 'modified' | 'renamed';
  additions: number;
  deletions: number;
  /** Blob after the change (before it, when removed). */
  sha: string;
  /** Hunks without file headers; absent for binary or very large files. */
  patch: string | undefined;
}

export interface Comparison {
  mergeBase: string;
  aheadBy: number;
  behindBy: number;
  /** Oldest first, at most the asked number. */
  commits: Commit[];
  files: FileDiff[];
}

/** What a three-way merge gives. A conflict is a value. */
export type MergeResult =
  | { kind: 'clean'; tree: string }
  | { kind: 'conflict'; files: string[] };

/** What moving a ref gives. */
export type RefUpdate =
  | { kind: 'updated' }
  | { kind: 'stale'; actual: string | undefined };
