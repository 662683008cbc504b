/** An answer kept for a conditional request. */
export interface CachedAnswer {
  etag: string;
  text: string;
  contentType: string;
  /** The `Link` header, for paging. */
  link: string | undefined;
}

/** Longest body worth keeping. */
const MAX_CACHED_CHARACTERS = 512 * 1024;

/**
 * Answers by address, the least recently used dropped first. A kept answer is
 * only ever used when GitHub says 304 to the caller's own credentials, so it
 * shows nobody what they may not see; and a 304 costs no request budget.
 */
export class ResponseCache {
  readonly #limit: number;
  readonly #answers = new Map<string, CachedAnswer>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: string): CachedAnswer | undefined {
    const answer = this.#answers.get(key);
    if (answer) {
      this.#answers.delete(key);
      this.#answers.set(key, answer);
    }
    return answer;
  }

  set(key: string, answer: CachedAnswer): void {
    this.#answers.delete(key);
    if (this.#limit === 0 || answer.text.length > MAX_CACHED_CHARACTERS) {
      return;
    }
    this.#answers.set(key, answer);
    if (this.#answers.size > this.#limit) {
      const [oldest] = this.#answers.keys();
      this.#answers.delete(oldest);
    }
  }

  get size(): number {
    return this.#answers.size;
  }
}
