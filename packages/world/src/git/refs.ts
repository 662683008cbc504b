import { InputError } from '@backstage/errors';
import { runGit } from './run';
import { type RefChange, type RefUpdate } from './types';

const ABSENT = '0'.repeat(40);

/** Branches, tags and other refs of a repository, kept in memory and written through git. */
export class Refs {
  readonly #dir: string;
  readonly #listeners = new Set<(change: RefChange) => void>();
  #refs: Map<string, string> | undefined;

  constructor(dir: string) {
    this.#dir = dir;
  }

  listen(listener: (change: RefChange) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  async get(ref: string): Promise<string | undefined> {
    return (this.#refs ?? (await this.load())).get(ref);
  }

  async list(prefix: string): Promise<Array<{ ref: string; sha: string }>> {
    return [...(this.#refs ?? (await this.load()))]
      .filter(([ref]) => ref.startsWith(prefix))
      .map(([ref, sha]) => ({ ref, sha }))
      .sort((a, b) => (a.ref < b.ref ? -1 : 1));
  }

  /** Reads the refs from disk; listeners are not told. */
  async load(): Promise<Map<string, string>> {
    const { stdout } = await runGit(this.#dir, [
      'for-each-ref',
      '--format=%(objectname) %(refname)',
    ]);
    this.#refs = new Map(
      stdout
        .toString()
        .split('\n')
        .filter(line => line !== '')
        .map(line => [line.slice(41), line.slice(0, 40)] as const),
    );
    return this.#refs;
  }

  /** Reads the refs from disk and tells listeners what changed. */
  async refresh(actor: string | undefined): Promise<void> {
    const before = this.#refs ?? new Map<string, string>();
    const after = await this.load();
    for (const ref of new Set([...before.keys(), ...after.keys()])) {
      if (before.get(ref) !== after.get(ref)) {
        this.#tell({
          ref,
          before: before.get(ref),
          after: after.get(ref),
          actor,
        });
      }
    }
  }

  /** Moves or (without `sha`) deletes a ref, compare-and-swap. */
  async update(
    ref: string,
    sha: string | undefined,
    options: { expected?: string; actor?: string },
  ): Promise<RefUpdate> {
    const before = await this.get(ref);
    const expected = options.expected === undefined ? before : options.expected;
    const old =
      expected === undefined || expected === 'absent' ? ABSENT : expected;
    if ((before ?? ABSENT) !== old) {
      return { kind: 'stale', actual: before };
    }
    const { code, stderr } = await runGit(
      this.#dir,
      sha === undefined
        ? ['update-ref', '-d', ref, old]
        : ['update-ref', ref, sha, old],
      { accept: [0, 1, 128] },
    );
    if (code !== 0) {
      const actual = (await this.load()).get(ref);
      if ((actual ?? ABSENT) !== old) {
        return { kind: 'stale', actual };
      }
      throw new InputError(`git refuses to set ${ref}: ${stderr.trim()}`);
    }
    const refs = this.#refs ?? (await this.load());
    if (sha === undefined) {
      refs.delete(ref);
    } else {
      refs.set(ref, sha);
    }
    if (before !== sha) {
      this.#tell({ ref, before, after: sha, actor: options.actor });
    }
    return { kind: 'updated' };
  }

  #tell(change: RefChange) {
    for (const listener of [...this.#listeners]) {
      listener(change);
    }
  }
}
