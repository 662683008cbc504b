import { OperatorSignal } from '@ai-operator/backstage-plugin-ai-operator-common';
import { ChangeTeller } from './changeTeller';

function application(n: number): OperatorSignal {
  return {
    type: 'application',
    application: {
      instance: 'staging',
      namespace: 'argocd',
      name: `service-${n}`,
    },
  };
}

function rollback(correlationId: string): OperatorSignal {
  return {
    type: 'rollback',
    correlationId,
    application: { instance: 'staging', namespace: 'argocd', name: 'shop' },
  };
}

describe('ChangeTeller', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  function start(
    send: (signals: OperatorSignal[]) => Promise<void> = async () => {},
  ) {
    const sent = jest.fn(send);
    const onProblem = jest.fn();
    const teller = new ChangeTeller({ send: sent, onProblem, timeoutMs: 500 });
    return { teller, sent, onProblem };
  }

  const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

  it('sends nothing while nothing changes', async () => {
    const { teller, sent } = start();
    teller.tell([]);
    await pass(600_000);
    expect(sent).not.toHaveBeenCalled();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('tells a change at once, and once', async () => {
    const { teller, sent } = start();
    teller.tell([rollback('a'), application(1)]);
    teller.tell([rollback('a')]);
    await pass(100);
    expect(sent.mock.calls).toEqual([[[rollback('a'), application(1)]]]);
    await pass(600_000);
    expect(sent).toHaveBeenCalledTimes(1);
  });

  it('tells at most once a second, and then everything since', async () => {
    const { teller, sent } = start();
    const at: number[] = [];
    sent.mockImplementation(async () => {
      at.push(performance.now());
    });
    for (let n = 0; n < 30; n += 1) {
      teller.tell([rollback('a')]);
      await pass(100);
    }
    await pass(1_000);
    expect(at.length).toBeLessThanOrEqual(5);
    const gaps = at.slice(1).map((time, n) => time - at[n]);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(999);
  });

  it('tells a thousand changes as one', async () => {
    const { teller, sent } = start();
    teller.tell(Array.from({ length: 1_000 }, (_, n) => application(n)));
    await pass(10_000);
    expect(sent.mock.calls).toEqual([[[{ type: 'many' }]]]);
  });

  it('names each of twenty', async () => {
    const { teller, sent } = start();
    teller.tell(Array.from({ length: 20 }, (_, n) => application(n)));
    await pass(10_000);
    expect(sent.mock.calls.map(([signals]) => signals.length)).toEqual([20]);
  });

  it('reports a failure once until it works again, and goes on', async () => {
    const { teller, sent, onProblem } = start(async () => {
      throw new Error('no bus');
    });
    for (let n = 0; n < 3; n += 1) {
      teller.tell([rollback('a')]);
      await pass(1_200);
    }
    expect(sent).toHaveBeenCalledTimes(3);
    expect(onProblem).toHaveBeenCalledTimes(1);
    sent.mockResolvedValueOnce();
    teller.tell([rollback('a')]);
    await pass(1_200);
    teller.tell([rollback('a')]);
    await pass(1_200);
    expect(onProblem).toHaveBeenCalledTimes(2);
  });

  it('does not wait for a sending that never ends', async () => {
    const { teller, sent, onProblem } = start(() => new Promise(() => {}));
    teller.tell([rollback('a')]);
    await pass(200);
    teller.tell([rollback('b')]);
    await pass(1_000);
    expect(onProblem).toHaveBeenCalledTimes(1);
    expect(sent.mock.calls).toEqual([[[rollback('a')]], [[rollback('b')]]]);
  });

  it('sends nothing any more once it is stopped', async () => {
    const { teller, sent } = start();
    teller.tell([rollback('a')]);
    teller.stop();
    teller.tell([rollback('b')]);
    await pass(10_000);
    expect(sent).not.toHaveBeenCalled();
  });
});
