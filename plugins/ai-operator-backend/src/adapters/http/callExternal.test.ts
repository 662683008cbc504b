import { PortError } from '../../ports';
import { startRecording } from '../__testUtils__/recording';
import { callExternal } from './callExternal';

const NOW = 1_000_000;

function failing(...errors: unknown[]) {
  let attempts = 0;
  return async () => {
    const error = errors[attempts];
    attempts += 1;
    if (error) {
      throw error;
    }
    return { attempts };
  };
}

const unavailable = () => new PortError('UNAVAILABLE', 'down');

describe('callExternal', () => {
  const ask = (
    recording: ReturnType<typeof startRecording>,
    attempt: () => Promise<{ attempts: number }>,
    name:
      | 'argocd.listApplications'
      | 'github.mergePullRequest' = 'argocd.listApplications',
  ) =>
    callExternal(
      {
        name,
        parameters: { instance: 'staging' },
        call: recording.call,
        environment: recording.environment,
        summarize: answer => answer,
      },
      attempt,
    );

  it('records a success once, with its summary and duration', async () => {
    let now = NOW;
    const recording = startRecording({ now: () => now });
    await ask(recording, async () => {
      now += 250;
      return { attempts: 1 };
    });
    expect(recording.records).toEqual([
      {
        name: 'argocd.listApplications',
        parameters: { instance: 'staging' },
        result: 'success',
        response: { attempts: 1 },
        errorCode: undefined,
        startedAt: NOW,
        durationMs: 250,
        retryCount: 0,
      },
    ]);
    expect(recording.observed).toEqual([
      { name: 'argocd.listApplications', errorCode: undefined },
    ]);
  });

  it('retries after 1 s, 2 s and 4 s, and records the call once', async () => {
    const recording = startRecording();
    const answer = await ask(
      recording,
      failing(unavailable(), unavailable(), unavailable()),
    );
    expect(answer).toEqual({ attempts: 4 });
    expect(recording.slept).toEqual([1000, 2000, 4000]);
    expect(recording.records).toMatchObject([
      { result: 'success', retryCount: 3 },
    ]);
    expect(recording.observed).toHaveLength(1);
  });

  it('gives up after three retries', async () => {
    const recording = startRecording();
    await expect(
      ask(
        recording,
        failing(unavailable(), unavailable(), unavailable(), unavailable()),
      ),
    ).rejects.toMatchObject({ code: 'UNAVAILABLE', message: 'down' });
    expect(recording.slept).toHaveLength(3);
    expect(recording.records).toMatchObject([
      { result: 'failure', errorCode: 'UNAVAILABLE', retryCount: 3 },
    ]);
    expect(recording.observed).toEqual([
      { name: 'argocd.listApplications', errorCode: 'UNAVAILABLE' },
    ]);
  });

  it.each([
    'NOT_FOUND',
    'UNAUTHENTICATED',
    'PERMISSION_DENIED',
    'VALIDATION',
    'CONFLICT',
    'MALFORMED_ANSWER',
    'MISCONFIGURED',
  ] as const)('does not repeat what ends with %s', async code => {
    const recording = startRecording();
    await expect(
      ask(recording, failing(new PortError(code, 'no'))),
    ).rejects.toMatchObject({ code });
    expect(recording.slept).toEqual([]);
  });

  it('leaves the repetition of changes to the outbox', async () => {
    const recording = startRecording();
    await expect(
      ask(recording, failing(unavailable()), 'github.mergePullRequest'),
    ).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(recording.slept).toEqual([]);
    expect(recording.records).toMatchObject([{ retryCount: 0 }]);
  });

  it('comes back when it was told to', async () => {
    const recording = startRecording({ now: () => NOW });
    await ask(
      recording,
      failing(
        new PortError('RATE_LIMITED', 'slow down', { retryAt: NOW + 7_000 }),
      ),
    );
    expect(recording.slept).toEqual([7_000]);
  });

  it('does not wait longer than 10 s, nor ask too early, but says when', async () => {
    const recording = startRecording({ now: () => NOW });
    await expect(
      ask(
        recording,
        failing(
          new PortError('RATE_LIMITED', 'slow down', { retryAt: NOW + 10_001 }),
        ),
      ),
    ).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAt: NOW + 10_001 });
    expect(recording.slept).toEqual([]);
  });

  it('stops at once when cancelled before, during and between attempts', async () => {
    const before = AbortSignal.abort();
    const first = startRecording({ signal: before });
    await expect(ask(first, failing())).rejects.toMatchObject({
      code: 'CANCELLED',
    });

    const during = new AbortController();
    const second = startRecording({ signal: during.signal });
    await expect(
      ask(second, async () => {
        during.abort();
        throw new Error('socket closed');
      }),
    ).rejects.toMatchObject({ code: 'CANCELLED' });

    const between = new AbortController();
    const third = startRecording({
      signal: between.signal,
      onSleep: () => {
        between.abort();
        throw new Error('woken');
      },
    });
    await expect(ask(third, failing(unavailable()))).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    for (const { records } of [first, second, third]) {
      expect(records).toMatchObject([
        { result: 'failure', errorCode: 'CANCELLED' },
      ]);
    }
  });

  it('says that time ran out when that is why it stopped, and what it had heard by then', async () => {
    const outOfTime = () =>
      new DOMException('The operation timed out', 'TimeoutError');
    const during = new AbortController();
    const first = startRecording({ signal: during.signal });
    await expect(
      ask(first, async () => {
        during.abort(outOfTime());
        throw new PortError('CANCELLED', 'the request was cancelled');
      }),
    ).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect(first.slept).toEqual([]);

    const between = new AbortController();
    const second = startRecording({
      signal: between.signal,
      onSleep: () => {
        between.abort(outOfTime());
        throw new Error('woken');
      },
    });
    await expect(ask(second, failing(unavailable()))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: 'down',
    });
    expect(second.records).toMatchObject([{ errorCode: 'UNAVAILABLE' }]);
  });

  it('lets a fault of our own through as it is, recorded and not repeated', async () => {
    const recording = startRecording();
    const fault = new TypeError('undefined is not a function');
    await expect(ask(recording, failing(fault))).rejects.toBe(fault);
    expect(recording.slept).toEqual([]);
    expect(recording.records).toMatchObject([
      { result: 'failure', errorCode: undefined, retryCount: 0 },
    ]);
    expect(recording.observed).toEqual([
      { name: 'argocd.listApplications', errorCode: 'INTERNAL' },
    ]);
  });
});
