import { z } from 'zod';
import { ArgoInstanceConfig } from '../../config';
import { PortError } from '../../ports';
import { boundedFetch, errorForStatus, parseAnswer, parseJson } from '../http';
import { argoMessage } from './argoMessage';

const sessionSchema = z.object({ token: z.string().min(1) });

const MAX_SESSION_BYTES = 64 * 1024;

/**
 * The token for one instance: the configured one, or one from a login that is
 * shared by all callers and kept until Argo CD refuses it.
 */
export class ArgoSession {
  readonly #instance: ArgoInstanceConfig;
  readonly #timeoutMs: number;
  #login: Promise<string> | undefined;

  constructor(instance: ArgoInstanceConfig, timeoutMs: number) {
    this.#instance = instance;
    this.#timeoutMs = timeoutMs;
  }

  /** True when a refused token may be replaced by logging in again. */
  get renewable(): boolean {
    return this.#instance.credentials.kind === 'session';
  }

  /** @throws PortError */
  async token(): Promise<string> {
    const { credentials, name } = this.#instance;
    if (credentials.kind === 'token') {
      return credentials.token.reveal();
    }
    if (credentials.kind === 'none') {
      throw new PortError(
        'MISCONFIGURED',
        `Argo CD '${name}' has no credentials; set a token, or username and password, for it in argocd.appLocatorMethods`,
      );
    }
    if (!this.#login) {
      const login = this.#logIn(
        credentials.username,
        credentials.password.reveal(),
      );
      this.#login = login;
      login.catch(() => this.#forget(login));
    }
    return this.#login;
  }

  /** Argo CD refused this token: the next caller logs in again. */
  async refused(token: string): Promise<void> {
    const login = this.#login;
    if (login && (await login.catch(() => undefined)) === token) {
      this.#forget(login);
    }
  }

  #forget(login: Promise<string>) {
    if (this.#login === login) {
      this.#login = undefined;
    }
  }

  /** Not bound to one caller's signal, since others wait for the same login. */
  async #logIn(username: string, password: string): Promise<string> {
    const asked = `Argo CD '${this.#instance.name}': login as '${username}'`;
    const response = await boundedFetch({
      url: `${this.#instance.url}/api/v1/session`,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password }),
      timeoutMs: this.#timeoutMs,
      maxBytes: MAX_SESSION_BYTES,
      asked,
    });
    if (response.status !== 200) {
      throw errorForStatus({
        status: response.status,
        asked,
        because: argoMessage(response.text),
      });
    }
    return parseAnswer(sessionSchema, parseJson(response.text, asked), asked)
      .token;
  }
}
