/** A map that forgets what was used longest ago once it holds more than `limit` entries. */
export class LruMap<K, V> {
  readonly #limit: number;
  readonly #entries = new Map<K, V>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    if (value !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, value);
    }
    return value;
  }

  set(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.#limit) {
      const oldest = this.#entries.keys().next();
      if (!oldest.done) {
        this.#entries.delete(oldest.value);
      }
    }
  }

  delete(key: K): void {
    this.#entries.delete(key);
  }
}

/** Answers that never change once found, because they are about commits and trees. */
export class Facts {
  readonly #known: LruMap<string, Promise<unknown>>;

  constructor(limit: number) {
    this.#known = new LruMap(limit);
  }

  /** The answer known under `key`, found by `find` the first time; a failure is not remembered. */
  async get<T>(key: string, find: () => Promise<T>): Promise<T> {
    const known = this.#known.get(key);
    if (known) {
      return (await known) as T;
    }
    const found = find();
    this.#known.set(key, found);
    found.catch(() => this.#known.delete(key));
    return await found;
  }
}
