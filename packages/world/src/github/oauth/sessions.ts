import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Request, type Response } from 'express';
import { LruMap } from '../../git/lru';
import { type Account } from '../state/model';
import { type GitHubState } from '../state/state';

const COOKIE = 'world_github_session';
const MAX_SESSIONS = 1000;
const LIFETIME_MS = 12 * 3_600_000;

/** Who is signed in to the pages, by cookie. */
export class Sessions {
  readonly #state: GitHubState;
  readonly #secret = randomBytes(32);
  readonly #sessions = new LruMap<string, { login: string; endsAt: number }>(
    MAX_SESSIONS,
  );

  constructor(state: GitHubState) {
    this.#state = state;
  }

  viewer(request: Request): Account | undefined {
    const id = this.#id(request);
    const session = id === undefined ? undefined : this.#sessions.get(id);
    return session && session.endsAt > this.#state.now()
      ? this.#state.accounts.get(session.login)
      : undefined;
  }

  start(response: Response, login: string): void {
    const id = randomBytes(24).toString('base64url');
    this.#sessions.set(id, {
      login,
      endsAt: this.#state.now() + LIFETIME_MS,
    });
    response.cookie(COOKIE, id, { httpOnly: true, sameSite: 'lax', path: '/' });
  }

  end(request: Request, response: Response): void {
    const id = this.#id(request);
    if (id !== undefined) {
      this.#sessions.delete(id);
    }
    response.clearCookie(COOKIE, { path: '/' });
  }

  /** What forms of a session carry, so that other sites cannot send them. */
  formToken(request: Request): string {
    return createHmac('sha256', this.#secret)
      .update(this.#id(request) ?? '')
      .digest('base64url');
  }

  isOwnForm(request: Request, token: unknown): boolean {
    const expected = Buffer.from(this.formToken(request));
    const given = Buffer.from(typeof token === 'string' ? token : '');
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  #id(request: Request): string | undefined {
    return (request.headers.cookie ?? '')
      .split(';')
      .map(part => part.trim().split('='))
      .find(([name]) => name === COOKIE)?.[1];
  }
}
