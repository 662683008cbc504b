import { Beat } from './beat';

describe('Beat', () => {
  const started: Beat[] = [];

  function create(tick: (signal: AbortSignal) => Promise<void>) {
    const late: number[] = [];
    const problems: unknown[] = [];
    const beat = new Beat({
      intervalMs: 10_000,
      tick,
      onLate: missed => late.push(missed),
      onProblem: error => problems.push(error),
    });
    started.push(beat);
    return { beat, late, problems };
  }

  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(async () => {
    jest.useRealTimers();
    await Promise.all(started.splice(0).map(beat => beat.stop(10)));
  });

  it('ticks at once and then on its grid, however long ticks take', async () => {
    const at: number[] = [];
    const begin = Date.now();
    const { beat, late } = create(async () => {
      at.push(Date.now() - begin);
      await new Promise(resolve => setTimeout(resolve, 7_000));
    });
    beat.start();
    await jest.advanceTimersByTimeAsync(31_000);
    expect(at).toEqual([0, 10_000, 20_000, 30_000]);
    expect(late).toEqual([]);
  });

  it('leaves out the beats a slow tick covers, counts them, and is on the grid again', async () => {
    const at: number[] = [];
    const begin = Date.now();
    let slow = true;
    const { beat, late } = create(async () => {
      at.push(Date.now() - begin);
      if (slow) {
        slow = false;
        await new Promise(resolve => setTimeout(resolve, 25_000));
      }
    });
    beat.start();
    await jest.advanceTimersByTimeAsync(41_000);
    expect(at).toEqual([0, 30_000, 40_000]);
    expect(late).toEqual([1, 2]);
  });

  it('goes on after a tick that throws, with the error reported', async () => {
    const tick = jest.fn().mockRejectedValue(new Error('boom'));
    const { beat, problems } = create(tick);
    beat.start();
    await jest.advanceTimersByTimeAsync(20_000);
    expect(tick).toHaveBeenCalledTimes(3);
    expect(problems).toEqual([
      new Error('boom'),
      new Error('boom'),
      new Error('boom'),
    ]);
  });

  it('stops after the tick under way', async () => {
    let finished = false;
    const { beat } = create(async () => {
      await new Promise(resolve => setTimeout(resolve, 3_000));
      finished = true;
    });
    beat.start();
    await jest.advanceTimersByTimeAsync(1_000);
    const stopped = beat.stop(10_000);
    await jest.advanceTimersByTimeAsync(2_000);
    await stopped;
    expect(finished).toBe(true);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('cancels a tick that does not end in time', async () => {
    let cancelled = false;
    const { beat } = create(
      signal =>
        new Promise(resolve => {
          signal.addEventListener('abort', () => {
            cancelled = true;
            resolve();
          });
        }),
    );
    beat.start();
    await jest.advanceTimersByTimeAsync(0);
    const stopped = beat.stop(1_000);
    await jest.advanceTimersByTimeAsync(1_000);
    await stopped;
    expect(cancelled).toBe(true);
  });
});
