import { diffTrees, EMPTY_TREE } from './diff';
import { Facts } from './lru';
import { LOG_FORMAT, parseLog } from './parse';
import { runGit } from './run';
import {
  type Commit,
  type Comparison,
  type FileDiff,
  type MergeResult,
} from './types';

const MAX_LOG = 1000;

export interface LogOptions {
  /** At most 1000; default 30. */
  max?: number;
  skip?: number;
  /** Epoch milliseconds, by committer date. */
  since?: number;
  until?: number;
  path?: string;
}

/**
 * What can be said about commits named by sha. As they never change, every
 * answer is remembered (the last 1000).
 */
export class History {
  readonly #dir: string;
  readonly #facts = new Facts(1000);

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Commits from one back, newest first. */
  async log(sha: string, options: LogOptions): Promise<Commit[]> {
    const args = [
      `--max-count=${Math.min(options.max ?? 30, MAX_LOG)}`,
      ...(options.skip ? [`--skip=${options.skip}`] : []),
      ...range(options),
      sha,
      '--',
      ...(options.path ? [`:(literal)${options.path}`] : []),
    ];
    return await this.#facts.get(`log ${args.join(' ')}`, async () => {
      const { stdout } = await runGit(this.#dir, [
        'log',
        '-z',
        LOG_FORMAT,
        ...args,
      ]);
      return parseLog(stdout);
    });
  }

  /** How many commits {@link log} would give without `max` and `skip`. */
  async countCommits(sha: string, options: LogOptions): Promise<number> {
    const args = [
      ...range(options),
      sha,
      '--',
      ...(options.path ? [`:(literal)${options.path}`] : []),
    ];
    return await this.#facts.get(`count ${args.join(' ')}`, async () => {
      const { stdout } = await runGit(this.#dir, [
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
          this.#dir,
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
      const { code, stdout } = await runGit(this.#dir, ['merge-base', a, b], {
        accept: [0, 1],
      });
      return code === 0 ? stdout.toString().trim() : undefined;
    });
  }

  /** What changed from one commit to another; `undefined` = from nothing. */
  async diff(from: string | undefined, to: string): Promise<FileDiff[]> {
    return await this.#facts.get(`diff ${from} ${to}`, () =>
      diffTrees(this.#dir, from ?? EMPTY_TREE, to),
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
      runGit(this.#dir, [
        'rev-list',
        '--count',
        '--left-right',
        `${base}...${head}`,
      ]),
      runGit(this.#dir, [
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
      this.#dir,
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
