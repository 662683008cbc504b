import { withTimeout } from './withTimeout';

describe('withTimeout', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('aborts when the time is over', () => {
    const { signal } = withTimeout(15_000);
    jest.advanceTimersByTime(14_999);
    expect(signal.aborted).toBe(false);
    jest.advanceTimersByTime(1);
    expect(signal.reason).toMatchObject({
      name: 'TimeoutError',
      message: 'No answer from the AI Operator backend within 15 seconds',
    });
  });

  it('leaves no timer behind once cleared', () => {
    const { signal, clear } = withTimeout(15_000);
    clear();
    expect(jest.getTimerCount()).toBe(0);
    jest.advanceTimersByTime(60_000);
    expect(signal.aborted).toBe(false);
  });

  it('follows the outer signal', () => {
    const outer = new AbortController();
    const { signal, clear } = withTimeout(15_000, outer.signal);
    const reason = new Error('left the page');
    outer.abort(reason);
    expect(signal.reason).toBe(reason);
    clear();
  });
});
