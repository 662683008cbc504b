import { errorBodySchema } from '@ai-operator/backstage-plugin-ai-operator-common';
import { z } from 'zod';
import { CannotJudge, printable, reasonOf } from './problem';

/** Longest silence of the other side, ms. */
const IDLE_MS = 60_000;

/** Longest answer that is read as a whole, characters. */
const MAX_ANSWER = 4 * 1024 * 1024;

const LOOSE_ERROR = z.object({
  error: errorBodySchema.shape.error.partial().loose(),
});

export interface OperatorClientOptions {
  /** Base of the plugin's routes, such as `https://backstage.example.com/api/ai-operator`. */
  url: string;
  /** Goes out in a header, and is never shown. */
  token?: string;
  signal: AbortSignal;
}

/** Asks the operator's routes. Whatever keeps it from an answer is thrown as {@link CannotJudge}. */
export class OperatorClient {
  readonly url: string;
  readonly #token?: string;
  readonly #signal: AbortSignal;

  constructor({ url, token, signal }: OperatorClientOptions) {
    this.url = url.replace(/\/+$/, '');
    this.#token = token;
    this.#signal = signal;
  }

  async json<T extends z.ZodType>(
    path: string,
    schema: T,
  ): Promise<z.output<T>> {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of this.stream(path)) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > MAX_ANSWER) {
        throw new CannotJudge(`The answer to ${path} does not end.`);
      }
    }
    const parsed = schema.safeParse(parseJson(text + decoder.decode()));
    if (!parsed.success) {
      throw new CannotJudge(
        `${this.url}${path} answered with something else than expected. Is this the address of AI Operator, and its version at least the one of this command?`,
        { cause: parsed.error },
      );
    }
    return parsed.data;
  }

  /** The body of the answer as it comes; ends with an error where the connection broke off. */
  async *stream(path: string): AsyncGenerator<Uint8Array> {
    const idle = new AbortController();
    const timer = setTimeout(() => idle.abort(), IDLE_MS);
    try {
      const response = await fetch(`${this.url}${path}`, {
        headers: this.#token ? { authorization: `Bearer ${this.#token}` } : {},
        // A token goes where it was meant to go, and nowhere else.
        redirect: 'manual',
        signal: AbortSignal.any([this.#signal, idle.signal]),
      });
      if (!response.ok || !response.body) {
        throw await this.#refused(response);
      }
      for await (const chunk of response.body) {
        timer.refresh();
        yield chunk;
      }
    } catch (error) {
      throw this.#explain(error, idle.signal.aborted);
    } finally {
      clearTimeout(timer);
    }
  }

  async #refused(response: Response): Promise<CannotJudge> {
    const { status } = response;
    if (status >= 300 && status < 400) {
      return new CannotJudge(
        `${this.url} answered with a redirect (${status}). Give the address it leads to, or a token if it leads to a sign-in.`,
      );
    }
    const body = (await response.text()).slice(0, MAX_ANSWER);
    const told = LOOSE_ERROR.safeParse(parseJson(body));
    const message = told.success ? told.data.error.message : undefined;
    // Some repeat what they were given.
    const safe =
      message && this.#token
        ? message.replaceAll(this.#token, '[token]')
        : message;
    const hint =
      status === 401
        ? ` ${
            this.#token
              ? 'The token is not valid (any more).'
              : 'Give the name of an environment variable that has a token with --token-env.'
          }`
        : '';
    return new CannotJudge(
      `${this.url} answered ${status}${
        safe ? `: ${printable(safe)}` : '.'
      }${hint}`,
    );
  }

  #explain(error: unknown, isIdle: boolean): CannotJudge {
    if (error instanceof CannotJudge) {
      return error;
    }
    if (this.#signal.aborted) {
      return new CannotJudge('Interrupted.', { cause: error });
    }
    return new CannotJudge(
      isIdle
        ? `${this.url} said nothing for ${IDLE_MS / 1_000} s.`
        : `The connection to ${this.url} failed: ${printable(
            reasonOf(error),
          )}.`,
      { cause: error },
    );
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
