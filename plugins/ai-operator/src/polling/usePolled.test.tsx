import { TestApiProvider } from '@backstage/test-utils';
import { act, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { usePolled } from './usePolled';

/** Answers that the test gives when it wants. */
function createQuestions() {
  const asked: Array<{
    signal: AbortSignal;
    resolve(value: string): void;
    reject(error: unknown): void;
  }> = [];
  return {
    asked,
    ask: (signal: AbortSignal) =>
      new Promise<string>((resolve, reject) => {
        asked.push({ signal, resolve, reject });
      }),
    async answer(value: string) {
      await act(async () => asked.at(-1)?.resolve(value));
    },
    async fail(message: string) {
      await act(async () => asked.at(-1)?.reject(new Error(message)));
    },
  };
}

function setVisibility(state: DocumentVisibilityState) {
  jest.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);
  act(() => {
    document.dispatchEvent(new Event('visibilitychange'));
  });
}

async function pass(ms: number) {
  await act(() => jest.advanceTimersByTimeAsync(ms));
}

describe('usePolled', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  function render(options: { keepPrevious?: boolean } = {}) {
    const questions = createQuestions();
    const hook = renderHook(
      ({ key }: { key: string }) =>
        usePolled({
          key,
          ask: questions.ask,
          interval: data => (data === 'active' ? 5_000 : 10_000),
          ...options,
        }),
      {
        initialProps: { key: 'a' },
        // A portal without signals.
        wrapper: ({ children }: { children?: ReactNode }) => (
          <TestApiProvider apis={[]}>{children}</TestApiProvider>
        ),
      },
    );
    return { ...hook, questions };
  }

  it('asks again after each answer, sooner while something is active', async () => {
    const { result, questions } = render();
    expect(result.current).toMatchObject({ loading: true });
    await questions.answer('active');
    expect(result.current).toMatchObject({ data: 'active', loading: false });
    await pass(4_999);
    expect(questions.asked).toHaveLength(1);
    await pass(1);
    expect(questions.asked).toHaveLength(2);
    await questions.answer('quiet');
    await pass(9_999);
    expect(questions.asked).toHaveLength(2);
    await pass(1);
    expect(questions.asked).toHaveLength(3);
  });

  it('never has two questions on their way', async () => {
    const { questions } = render();
    await pass(60_000);
    expect(questions.asked).toHaveLength(1);
  });

  it('keeps the last answer and its time when polling fails, and goes on', async () => {
    const { result, questions } = render();
    await questions.answer('good');
    const receivedAt = result.current.receivedAt;
    await pass(10_000);
    await questions.fail('no connection');
    expect(result.current).toMatchObject({ data: 'good', receivedAt });
    expect(result.current.error?.message).toBe('no connection');
    await pass(10_000);
    await questions.answer('better');
    expect(result.current.data).toBe('better');
    expect(result.current.error).toBeUndefined();
  });

  it('asks at once when told to try again', async () => {
    const { result, questions } = render();
    await questions.fail('no connection');
    expect(result.current).toMatchObject({ loading: false });
    expect(result.current.error).toBeDefined();
    act(() => {
      result.current.retry();
    });
    expect(questions.asked).toHaveLength(2);
  });

  it('tells when the answer that was asked for is there', async () => {
    const { result, questions } = render();
    await questions.answer('good');
    const over = jest.fn();
    act(() => {
      result.current.retry().then(over);
    });
    await pass(1_000);
    expect(over).not.toHaveBeenCalled();
    await questions.answer('better');
    expect(over).toHaveBeenCalledTimes(1);
    expect(result.current.data).toBe('better');
  });

  it('rests while the tab is hidden and asks at once when it is back', async () => {
    const { questions } = render();
    await questions.answer('good');
    setVisibility('hidden');
    await pass(300_000);
    expect(questions.asked).toHaveLength(1);
    setVisibility('visible');
    expect(questions.asked).toHaveLength(2);
  });

  it('goes on when the answer came while the tab was hidden', async () => {
    const { questions } = render();
    setVisibility('hidden');
    await questions.answer('good');
    await pass(300_000);
    expect(questions.asked).toHaveLength(1);
    setVisibility('visible');
    expect(questions.asked).toHaveLength(2);
  });

  it('never shows the answer to another question', async () => {
    const { result, rerender, questions } = render();
    await questions.answer('of a');
    rerender({ key: 'b' });
    expect(result.current.data).toBeUndefined();
    expect(result.current.loading).toBe(true);
    await questions.answer('of b');
    expect(result.current.data).toBe('of b');
  });

  it('gives up a question that nobody waits for, and drops its late answer', async () => {
    const { result, rerender, questions } = render();
    rerender({ key: 'b' });
    expect(questions.asked[0].signal.aborted).toBe(true);
    await questions.answer('of b');
    await act(async () => questions.asked[0].resolve('late'));
    expect(result.current.data).toBe('of b');
  });

  it('can show the previous page until the next one is there', async () => {
    const { result, rerender, questions } = render({ keepPrevious: true });
    await questions.answer('page 1');
    rerender({ key: 'b' });
    expect(result.current).toMatchObject({ data: 'page 1', changing: true });
    await questions.answer('page 2');
    expect(result.current).toMatchObject({ data: 'page 2', changing: false });
  });

  it('stops for good when the view is left', async () => {
    const { unmount, questions } = render();
    unmount();
    expect(questions.asked[0].signal.aborted).toBe(true);
    await pass(300_000);
    expect(questions.asked).toHaveLength(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is not set going again by whoever still holds on to it', async () => {
    const { result, unmount, questions } = render();
    await questions.answer('good');
    const { retry } = result.current;
    unmount();
    await retry();
    await pass(300_000);
    expect(questions.asked).toHaveLength(1);
    expect(jest.getTimerCount()).toBe(0);
  });
});
