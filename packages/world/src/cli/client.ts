import { CommandError, EXIT } from './usage';

const TIMEOUT_MS = 30_000;

/** Talks to the control API of a running world. */
export class WorldClient {
  readonly #url: string;

  /** @param url - of the world, e.g. `http://localhost:4010` */
  constructor(url: string) {
    this.#url = url.replace(/\/$/, '');
  }

  get(path: string): Promise<unknown> {
    return this.#call('GET', path);
  }

  post(path: string, body: object): Promise<unknown> {
    return this.#call('POST', path, body);
  }

  delete(path: string): Promise<unknown> {
    return this.#call('DELETE', path);
  }

  async #call(method: string, path: string, body?: object): Promise<unknown> {
    let response: Response;
    try {
      response = await fetch(`${this.#url}/world${path}`, {
        method,
        ...(body && {
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (error) {
      throw new CommandError(
        `No world answers at ${
          this.#url
        }. Start one (npm start, or npm run world -- serve), or say where it is with --url.`,
        EXIT.unreachable,
        error,
      );
    }
    const text = await response.text();
    const answer = parse(text);
    if (!response.ok) {
      throw new CommandError(
        messageIn(answer) ??
          `${method} ${path}: HTTP ${response.status} ${text.slice(0, 200)}`,
        EXIT.failed,
      );
    }
    return answer;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not the control API's answer; the caller shows the status and the text.
    return undefined;
  }
}

function messageIn(answer: unknown): string | undefined {
  const { error } = (answer ?? {}) as { error?: { message?: unknown } };
  return typeof error?.message === 'string' ? error.message : undefined;
}
