import type { SignalApi } from '@backstage/plugin-signals-react';
import { SIGNAL_CHANNEL } from '@ai-operator/backstage-plugin-ai-operator-common';
import { act } from '@testing-library/react';

type JsonObject = Parameters<Parameters<SignalApi['subscribe']>[1]>[0];

/** Signals that a test sends. */
export class MockSignalApi implements SignalApi {
  readonly #listeners = new Set<(message: JsonObject) => void>();

  /** How many listen. */
  get listeners(): number {
    return this.#listeners.size;
  }

  subscribe<TMessage extends JsonObject>(
    channel: string,
    onMessage: (message: TMessage) => void,
  ) {
    if (channel !== SIGNAL_CHANNEL) {
      throw new Error(`The test did not expect channel ${channel}`);
    }
    const listener = (message: JsonObject) => onMessage(message as TMessage);
    this.#listeners.add(listener);
    return { unsubscribe: () => void this.#listeners.delete(listener) };
  }

  send(message: JsonObject) {
    act(() => this.#listeners.forEach(listener => listener(message)));
  }
}
