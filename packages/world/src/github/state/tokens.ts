import { InputError } from '@backstage/errors';
import { LruMap } from '../../git/lru';
import { type TokenControl, type TokenSeed } from '../types';
import { type Permission } from '../types';

export interface Token {
  value: string;
  login: string;
  scopes: string[];
  maxPermission: Permission;
  readsProtection: boolean;
  expiresAt: number | undefined;
}

const MAX_TOKENS = 2000;

/** Access tokens; the one used longest ago goes when there are too many. */
export class Tokens implements TokenControl {
  readonly #tokens = new LruMap<string, Token>(MAX_TOKENS);
  readonly #now: () => number;
  readonly #isAccount: (login: string) => boolean;

  constructor(options: {
    now: () => number;
    isAccount: (login: string) => boolean;
    tokens: TokenSeed[];
  }) {
    this.#now = options.now;
    this.#isAccount = options.isAccount;
    for (const token of options.tokens) {
      this.add(token);
    }
  }

  add(token: TokenSeed): void {
    if (!this.#isAccount(token.login)) {
      throw new InputError(
        `A token is for "${token.login}", who is none of the people`,
      );
    }
    this.#tokens.set(token.value, {
      value: token.value,
      login: token.login,
      scopes: token.scopes ?? ['repo', 'read:org'],
      maxPermission: token.maxPermission ?? 'admin',
      readsProtection: token.readsProtection ?? false,
      expiresAt: token.expiresAt,
    });
  }

  revoke(value: string): void {
    this.#tokens.delete(value);
  }

  /** The token, if it is known and not expired. */
  find(value: string): Token | undefined {
    const token = this.#tokens.get(value);
    return token?.expiresAt !== undefined && token.expiresAt <= this.#now()
      ? undefined
      : token;
  }
}
