import { CallRecord } from '../ports';
import { customMetricsSource } from './customMetricsSource';

const REQUEST = {
  application: 'payment-service',
  revision: 'a'.repeat(40),
  environment: 'staging',
  at: 1_000,
  windowMs: 500,
};

function ask(uptime: () => Promise<number | undefined>, signal?: AbortSignal) {
  const calls: CallRecord[] = [];
  const port = customMetricsSource(
    { name: 'Datadog', uptime },
    { now: () => 42 },
  );
  return {
    calls,
    answer: port.uptime(REQUEST, {
      signal,
      record: call => calls.push(call),
    }),
  };
}

describe('customMetricsSource', () => {
  it.each([0, 0.998, 1, undefined])('passes %s on', async value => {
    const { answer, calls } = ask(async () => value);
    await expect(answer).resolves.toBe(value);
    expect(calls).toEqual([
      expect.objectContaining({
        name: 'metricsSource.queryUptime',
        parameters: { source: 'Datadog', ...REQUEST },
        result: 'success',
        startedAt: 42,
      }),
    ]);
  });

  it.each([-0.1, 1.1, 99.8, NaN])('refuses %s as a share', async value => {
    const { answer, calls } = ask(async () => value);
    await expect(answer).rejects.toMatchObject({
      code: 'MALFORMED_ANSWER',
      message: expect.stringContaining('Datadog'),
    });
    expect(calls).toMatchObject([
      { result: 'failure', errorCode: 'MALFORMED_ANSWER' },
    ]);
  });

  it('says that the source failed, with its own words as cause', async () => {
    const cause = new Error('no such metric');
    await expect(
      ask(async () => {
        throw cause;
      }).answer,
    ).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: 'Metrics source Datadog failed: no such metric',
      cause,
    });
  });

  it('does not wait for a source that never ends', async () => {
    const controller = new AbortController();
    const { answer } = ask(() => new Promise(() => {}), controller.signal);
    controller.abort();
    await expect(answer).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('tells being cancelled from failing', async () => {
    const controller = new AbortController();
    controller.abort();
    await expect(
      ask(async () => {
        throw new Error('aborted');
      }, controller.signal).answer,
    ).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
