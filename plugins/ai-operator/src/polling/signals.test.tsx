import { signalApiRef } from '@backstage/plugin-signals-react';
import { TestApiProvider } from '@backstage/test-utils';
import type { OperatorSignal } from '@ai-operator/backstage-plugin-ai-operator-common';
import { act, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { MockSignalApi } from '../__testUtils__/MockSignalApi';
import { concernsApplications } from './signals';
import { usePolled } from './usePolled';

const KEY = { instance: 'staging', namespace: 'argocd', name: 'shop' };
const OURS: OperatorSignal = {
  type: 'rollback',
  correlationId: 'c-1',
  application: KEY,
};
const THEIRS: OperatorSignal = { ...OURS, correlationId: 'c-2' };

async function pass(ms: number) {
  await act(() => jest.advanceTimersByTimeAsync(ms));
}

describe('signals', () => {
  let signals: MockSignalApi;

  beforeEach(() => {
    jest.useFakeTimers();
    signals = new MockSignalApi();
    // The latest of the moments in which pages ask after a signal.
    jest.spyOn(Math, 'random').mockReturnValue(0.99);
  });

  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  /** A view that is answered after 100 ms, and polls every 10 s without signals. */
  function render(options: { withSignals?: boolean; interval?: number } = {}) {
    const { withSignals = true, interval = 10_000 } = options;
    let answers = 0;
    const ask = jest.fn(async () => {
      await new Promise(resolve => setTimeout(resolve, 100));
      answers += 1;
      return answers;
    });
    const apis: Array<readonly [typeof signalApiRef, MockSignalApi]> =
      withSignals ? [[signalApiRef, signals]] : [];
    const hook = renderHook(
      () =>
        usePolled({
          key: 'c-1',
          ask,
          interval: () => interval,
          concerns: signal =>
            signal.type !== 'rollback' || signal.correlationId === 'c-1',
        }),
      {
        wrapper: ({ children }: { children?: ReactNode }) => (
          <TestApiProvider apis={apis}>{children}</TestApiProvider>
        ),
      },
    );
    return { ...hook, ask };
  }

  it('make a page ask at once, and show the answer without a gap', async () => {
    const { result, ask } = render();
    await pass(5_000);
    expect(result.current.data).toBe(1);
    signals.send(OURS);
    await pass(250);
    expect(ask).toHaveBeenCalledTimes(2);
    // The old answer stays until the new one is there.
    expect(result.current).toMatchObject({ data: 1, loading: false });
    await pass(100);
    expect(result.current).toMatchObject({ data: 2, changing: false });
  });

  it('about something else ask nothing', async () => {
    const { ask } = render();
    await pass(5_000);
    signals.send(THEIRS);
    await pass(4_000);
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it('ask once for many that come together, and at most once a second', async () => {
    const { ask } = render();
    await pass(5_000);
    for (let n = 0; n < 50; n += 1) {
      signals.send(OURS);
      await pass(200);
    }
    expect(ask.mock.calls.length).toBeGreaterThan(3);
    expect(ask.mock.calls.length).toBeLessThanOrEqual(1 + 10_000 / 1_000 + 1);
  });

  it('ask again when the answer on its way may be older than the change', async () => {
    const { ask } = render();
    await pass(50);
    signals.send(OURS);
    await pass(1_100);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('of a kind we do not know yet still say that something has changed', async () => {
    const { ask } = render();
    await pass(5_000);
    signals.send({ type: 'of-the-future' });
    await pass(250);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('let polling rest while they come, but never end it', async () => {
    const { ask } = render();
    await pass(5_000);
    signals.send(OURS);
    await pass(50_000);
    // At once; then every 30 s.
    expect(ask).toHaveBeenCalledTimes(3);
  });

  it('about something else do not slow polling down', async () => {
    const { ask } = render();
    for (let n = 0; n < 6; n += 1) {
      signals.send(THEIRS);
      await pass(10_100);
    }
    expect(ask).toHaveBeenCalledTimes(7);
  });

  it('that no longer come leave polling at its old pace', async () => {
    const { ask } = render();
    await pass(5_000);
    signals.send(OURS);
    await pass(60_000 + 30_000);
    const before = ask.mock.calls.length;
    await pass(30_300);
    expect(ask.mock.calls.length - before).toBe(3);
  });

  it('do not slow down what a person waits for', async () => {
    const { ask } = render({ interval: 2_000 });
    await pass(1_000);
    signals.send(OURS);
    await pass(10_000);
    expect(ask).toHaveBeenCalledTimes(6);
  });

  it('are no question while the tab is hidden; what was missed is asked for when it is back', async () => {
    const { ask } = render();
    await pass(5_000);
    const visibility = jest.spyOn(document, 'visibilityState', 'get');
    visibility.mockReturnValue('hidden');
    act(() => void document.dispatchEvent(new Event('visibilitychange')));
    signals.send(OURS);
    await pass(60_000);
    expect(ask).toHaveBeenCalledTimes(1);
    visibility.mockReturnValue('visible');
    act(() => void document.dispatchEvent(new Event('visibilitychange')));
    await pass(10);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('are not needed: without the plugin polling goes on as ever', async () => {
    const { ask } = render({ withSignals: false });
    await pass(50_600);
    expect(ask).toHaveBeenCalledTimes(6);
  });

  it('are not listened to by a view that was left', async () => {
    const { ask, unmount } = render();
    await pass(5_000);
    expect(signals.listeners).toBe(1);
    unmount();
    expect(signals.listeners).toBe(0);
    await pass(60_000);
    expect(ask).toHaveBeenCalledTimes(1);
  });
});

describe('concernsApplications', () => {
  it.each<[string, OperatorSignal, boolean]>([
    ['its own health', { type: 'application', application: KEY }, true],
    ['a rollback of it', OURS, true],
    ['too much to tell', { type: 'many' }, true],
    [
      'one of the same name elsewhere',
      { type: 'application', application: { ...KEY, instance: 'production' } },
      false,
    ],
  ])('%s', (_name, signal, expected) => {
    expect(concernsApplications(signal, [KEY])).toBe(expected);
  });
});
