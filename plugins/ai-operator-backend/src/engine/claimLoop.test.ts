import { ClaimLoop, ClaimLoopOptions, LoopProblem } from './claimLoop';

function gate() {
  let open = () => {};
  const opened = new Promise<void>(resolve => {
    open = resolve;
  });
  return { open, opened };
}

function queueOf(items: string[]) {
  return {
    items,
    claim: jest.fn(async (limit: number) => items.splice(0, limit)),
  };
}

describe('ClaimLoop', () => {
  const loops: ClaimLoop<string>[] = [];
  const problems: LoopProblem<string>[] = [];

  function create(
    options: Partial<ClaimLoopOptions<string>> &
      Pick<ClaimLoopOptions<string>, 'claim' | 'work'>,
  ) {
    const loop = new ClaimLoop<string>({
      name: 'test',
      concurrency: 2,
      idleMs: 1_000,
      onProblem: problem => problems.push(problem),
      ...options,
    });
    loops.push(loop);
    return loop;
  }

  beforeEach(() => {
    jest.useFakeTimers();
    problems.length = 0;
  });

  afterEach(async () => {
    jest.useRealTimers();
    await Promise.all(loops.splice(0).map(loop => loop.stop(100)));
  });

  it('never works on more items at a time than it may, and gets to all', async () => {
    const queue = queueOf(['a', 'b', 'c', 'd', 'e']);
    const done: string[] = [];
    let busy = 0;
    let most = 0;
    const loop = create({
      claim: queue.claim,
      work: async item => {
        busy += 1;
        most = Math.max(most, busy);
        await new Promise(resolve => setTimeout(resolve, 50));
        busy -= 1;
        done.push(item);
      },
    });
    loop.start();
    await jest.advanceTimersByTimeAsync(200);
    expect(done.sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(most).toBe(2);
  });

  it('sleeps when nothing is due, until a nudge', async () => {
    const queue = queueOf([]);
    const work = jest.fn(async () => {});
    const loop = create({ claim: queue.claim, work });
    loop.start();
    await jest.advanceTimersByTimeAsync(10);
    expect(queue.claim).toHaveBeenCalledTimes(1);

    queue.items.push('late');
    await jest.advanceTimersByTimeAsync(500);
    expect(work).not.toHaveBeenCalled();
    loop.nudge();
    await jest.advanceTimersByTimeAsync(0);
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('wakes at the time it was told of, and by itself for what others made due', async () => {
    const queue = queueOf([]);
    const loop = create({ claim: queue.claim, work: async () => {} });
    loop.start();
    await jest.advanceTimersByTimeAsync(10);
    loop.nudgeIn(300);
    loop.nudgeIn(700);
    await jest.advanceTimersByTimeAsync(200);
    expect(queue.claim).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(100);
    expect(queue.claim).toHaveBeenCalledTimes(2);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(queue.claim).toHaveBeenCalledTimes(3);
  });

  it('does not lose a nudge that comes while it claims', async () => {
    const first = gate();
    const claim = jest
      .fn<Promise<string[]>, [number]>()
      .mockImplementationOnce(async () => {
        await first.opened;
        return [];
      })
      .mockResolvedValue([]);
    const loop = create({ claim, work: async () => {} });
    loop.start();
    loop.nudge();
    first.open();
    await jest.advanceTimersByTimeAsync(0);
    expect(claim).toHaveBeenCalledTimes(2);
  });

  it('survives claims that fail: reports each, backs off further each time, recovers', async () => {
    const claim = jest
      .fn<Promise<string[]>, [number]>()
      .mockRejectedValueOnce(new Error('database away'))
      .mockRejectedValueOnce(new Error('database away'))
      .mockResolvedValueOnce(['a'])
      .mockResolvedValue([]);
    const work = jest.fn(async () => {});
    const loop = create({ claim, work });
    loop.start();
    await jest.advanceTimersByTimeAsync(1_999);
    expect(claim).toHaveBeenCalledTimes(1);
    loop.nudge();
    await jest.advanceTimersByTimeAsync(0);
    expect(claim).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(claim).toHaveBeenCalledTimes(2);
    await jest.advanceTimersByTimeAsync(3_999);
    expect(claim).toHaveBeenCalledTimes(2);
    await jest.advanceTimersByTimeAsync(1);
    expect(work).toHaveBeenCalledTimes(1);
    expect(problems.map(({ phase, error }) => [phase, error])).toEqual([
      ['claim', new Error('database away')],
      ['claim', new Error('database away')],
    ]);
  });

  it('reports work that throws with its item, and goes on with the others', async () => {
    const queue = queueOf(['bad', 'good', 'better']);
    const done: string[] = [];
    const loop = create({
      claim: queue.claim,
      work: async item => {
        if (item === 'bad') {
          throw new Error('boom');
        }
        done.push(item);
      },
      onProblem: problem => {
        problems.push(problem);
        throw new Error('the reporter is broken, too');
      },
    });
    loop.start();
    await jest.advanceTimersByTimeAsync(10);
    expect(done).toEqual(['good', 'better']);
    expect(problems).toEqual([
      { loop: 'test', phase: 'work', item: 'bad', error: new Error('boom') },
    ]);
  });

  it('drains on stop: claims no more and waits for what is under way', async () => {
    const queue = queueOf(['a', 'b', 'c']);
    const hold = gate();
    const loop = create({ claim: queue.claim, work: () => hold.opened });
    loop.start();
    await jest.advanceTimersByTimeAsync(0);
    const stopped = loop.stop(5_000);
    await jest.advanceTimersByTimeAsync(1_000);
    hold.open();
    await expect(stopped).resolves.toBe('drained');
    expect(queue.items).toEqual(['c']);
  });

  it('cancels what does not end within the time to stop', async () => {
    const queue = queueOf(['a']);
    let cancelled = false;
    const loop = create({
      claim: queue.claim,
      work: (_item, signal) =>
        new Promise(resolve => {
          signal.addEventListener('abort', () => {
            cancelled = true;
            resolve();
          });
        }),
    });
    loop.start();
    await jest.advanceTimersByTimeAsync(0);
    const stopped = loop.stop(5_000);
    await jest.advanceTimersByTimeAsync(5_000);
    await expect(stopped).resolves.toBe('abandoned');
    expect(cancelled).toBe(true);
  });

  it('runs until nothing is due for callers that own the clock', async () => {
    const queue = queueOf(['a', 'b', 'c']);
    const done: string[] = [];
    const loop = create({
      claim: queue.claim,
      work: async item => {
        done.push(item);
        if (item === 'c') {
          queue.items.push('follow-up');
        }
      },
    });
    await expect(loop.runUntilIdle()).resolves.toBe(4);
    expect(done).toEqual(['a', 'b', 'c', 'follow-up']);
  });

  it('refuses to run for ever when work makes itself due at once', async () => {
    const loop = create({ claim: async () => ['again'], work: async () => {} });
    await expect(loop.runUntilIdle()).rejects.toThrow('still finds work due');
  });
});
