import { LruMap } from '../../git/lru';

const MAX_GRANTS = 1000;

/** What people have granted to apps so far; apps ask for more when they need it. */
export class Grants {
  readonly #granted = new LruMap<string, ReadonlySet<string>>(MAX_GRANTS);

  add(clientId: string, login: string, scopes: readonly string[]): void {
    this.#granted.set(
      key(clientId, login),
      new Set([...this.of(clientId, login), ...scopes]),
    );
  }

  of(clientId: string, login: string | undefined): ReadonlySet<string> {
    return (
      (login === undefined
        ? undefined
        : this.#granted.get(key(clientId, login))) ?? new Set()
    );
  }
}

function key(clientId: string, login: string): string {
  return `${login} ${clientId}`;
}
