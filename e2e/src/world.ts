/** Steers the simulated world through its control API. */
export class World {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** What the world looks like now. */
  async status(): Promise<unknown> {
    return this.#call('GET', '/status');
  }

  /** Asks for one of the world's commands, for instance `deploy-bad`. */
  async command(name: string, options: object): Promise<unknown> {
    return this.#call('POST', `/${name}`, options);
  }

  async #call(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.#url}/world${path}`, {
      method,
      headers: body && { 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(
        `${method} /world${path}: HTTP ${response.status} ${text}`,
      );
    }
    return text ? JSON.parse(text) : undefined;
  }
}
