import { randomUUID } from 'node:crypto';
import type { Request } from 'express';
import type { WorldClock } from '../clock';
import { DEMO_ACCESS } from '../credentials';

/** How long a session lasts (Argo CD's default). */
const SESSION_MS = 24 * 3_600_000;

/** Sessions remembered at most; the oldest are forgotten first. */
const SESSION_LIMIT = 1_000;

/** Who is calling. */
export interface Caller {
  username: string;
}

/** What became of the credentials of a request. */
export type Authentication =
  | { kind: 'ok'; caller: Caller }
  | { kind: 'none' }
  | { kind: 'invalid' };

/** Tokens of one Argo CD instance. */
export class Sessions {
  readonly #clock: WorldClock;
  readonly #sessions = new Map<
    string,
    { username: string; expiresAt: number }
  >();

  constructor(clock: WorldClock) {
    this.#clock = clock;
    this.#sessions.set(DEMO_ACCESS.argocd.token, {
      username: 'ai-operator',
      expiresAt: Infinity,
    });
  }

  /** A new token for username and password, undefined if they are wrong. */
  login(username: string, password: string): string | undefined {
    const { argocd } = DEMO_ACCESS;
    if (username !== argocd.username || password !== argocd.password) {
      return undefined;
    }
    const token = `world-session-${randomUUID()}`;
    this.#sessions.set(token, {
      username,
      expiresAt: this.#clock.now() + SESSION_MS,
    });
    if (this.#sessions.size > SESSION_LIMIT) {
      const oldest = [...this.#sessions.keys()].find(
        known => known !== DEMO_ACCESS.argocd.token,
      );
      if (oldest) {
        this.#sessions.delete(oldest);
      }
    }
    return token;
  }

  /** Ends every session; the fixed token stays. Clients see 401 and must log in again. */
  expireAll(): void {
    for (const [token, session] of this.#sessions) {
      if (session.expiresAt !== Infinity) {
        this.#sessions.delete(token);
      }
    }
  }

  /** Reads a Bearer token or the `argocd.token` cookie. */
  authenticate(request: Request): Authentication {
    const token = tokenOf(request);
    if (!token) {
      return { kind: 'none' };
    }
    const session = this.#sessions.get(token);
    return session && session.expiresAt > this.#clock.now()
      ? { kind: 'ok', caller: { username: session.username } }
      : { kind: 'invalid' };
  }
}

function tokenOf(request: Request): string | undefined {
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.get('authorization') ?? '');
  if (bearer) {
    return bearer[1];
  }
  const cookie = /(?:^|;\s*)argocd\.token=([^;]+)/.exec(
    request.get('cookie') ?? '',
  );
  return cookie ? decodeURIComponent(cookie[1]) : undefined;
}
