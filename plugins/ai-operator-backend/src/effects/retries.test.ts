import { Effect } from '../core/effect';
import { PortError, PORT_ERROR_CODES } from '../ports';
import { afterFailure } from './retries';

const NOW = Date.parse('2026-02-27T10:33:00Z');

function effectOf(kind: Effect['kind']): Effect {
  return { key: `c-1/${kind}`, kind } as Effect;
}

describe('afterFailure', () => {
  it('tries again after 1, 2 and 4 seconds, then gives up', () => {
    const error = new PortError('UNAVAILABLE', 'GitHub answered 503');
    const effect = effectOf('close_pull_request');
    expect(
      [1, 2, 3].map(attempt => afterFailure(effect, error, attempt, NOW)),
    ).toEqual(
      [1_000, 2_000, 4_000].map(delay => ({
        result: 'retry',
        because: 'GitHub answered 503',
        notBefore: NOW + delay,
      })),
    );
    expect(afterFailure(effect, error, 4, NOW)).toEqual({
      result: 'final',
      outcome: {
        kind: 'close_pull_request',
        result: 'failed',
        because: 'GitHub answered 503',
      },
    });
  });

  it('offers an event for about a day, with pauses that grow to five minutes', () => {
    const error = new PortError('UNAVAILABLE', 'events backend: 503');
    const effect = effectOf('publish_event');
    const pauses = Array.from({ length: 299 }, (_, n) => {
      const failure = afterFailure(effect, error, n + 1, NOW);
      return failure.result === 'retry' ? failure.notBefore - NOW : 0;
    });
    expect(pauses.slice(0, 10)).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000,
      300_000,
    ]);
    const hours = pauses.reduce((sum, ms) => sum + ms, 0) / 3_600_000;
    expect(Math.round(hours)).toBe(24);
    expect(afterFailure(effect, error, 300, NOW)).toMatchObject({
      result: 'final',
      outcome: { kind: 'publish_event', result: 'failed' },
    });
  });

  it('lets later events pass one that a subscriber does not let go, but not one that is refused', () => {
    const effect = effectOf('publish_event');
    const aside = (error: unknown) =>
      [1, 2, 3, 4, 5].map(attempt => {
        const failure = afterFailure(effect, error, attempt, NOW);
        return failure.result === 'retry' && failure.stepAside;
      });
    expect(aside(new PortError('TIMEOUT', 'not taken in time'))).toEqual([
      false,
      false,
      false,
      true,
      true,
    ]);
    expect(aside(new PortError('UNAVAILABLE', '503'))).not.toContain(true);
  });

  it('comes back when the other side said to, if that is later', () => {
    const error = new PortError('RATE_LIMITED', 'limit', {
      retryAt: NOW + 90_000,
    });
    expect(
      afterFailure(effectOf('merge_pull_request'), error, 1, NOW),
    ).toMatchObject({ result: 'retry', notBefore: NOW + 90_000 });
  });

  it('waits its own time when the other side named an earlier one', () => {
    const error = new PortError('RATE_LIMITED', 'limit', { retryAt: NOW - 5 });
    expect(
      afterFailure(effectOf('merge_pull_request'), error, 2, NOW),
    ).toMatchObject({ notBefore: NOW + 2_000 });
  });

  it.each([
    ['open_pull_request', 'PERMISSION_DENIED', 'permission_denied'],
    ['open_pull_request', 'UNAUTHENTICATED', 'permission_denied'],
    ['open_pull_request', 'CONFLICT', 'conflict'],
    ['open_pull_request', 'VALIDATION', 'invalid'],
    ['open_pull_request', 'NOT_FOUND', 'invalid'],
    ['open_pull_request', 'MISCONFIGURED', 'invalid'],
    ['merge_pull_request', 'PERMISSION_DENIED', 'permission_denied'],
    ['merge_pull_request', 'CONFLICT', 'refused'],
    ['merge_pull_request', 'NOT_FOUND', 'failed'],
    ['close_pull_request', 'PERMISSION_DENIED', 'failed'],
    ['escalate', 'VALIDATION', 'failed'],
  ] as const)('%s: %s ends at once as %s', (kind, code, result) => {
    expect(
      afterFailure(effectOf(kind), new PortError(code, 'because'), 1, NOW),
    ).toMatchObject({ result: 'final', outcome: { kind, result } });
  });

  it.each(PORT_ERROR_CODES)('has an answer for %s however often', code => {
    for (const attempt of [1, 2, 3, 4, 50]) {
      const { result } = afterFailure(
        effectOf('open_pull_request'),
        new PortError(code, 'because'),
        attempt,
        NOW,
      );
      expect(attempt > 3 ? result : 'final').toBe('final');
    }
  });

  it('retries faults of ours, and does not show their inside to people', () => {
    const error = new TypeError("Cannot read properties of undefined ('sha')");
    const first = afterFailure(effectOf('escalate'), error, 1, NOW);
    expect(first).toMatchObject({
      result: 'retry',
      because: expect.not.stringContaining('undefined'),
    });
    expect(afterFailure(effectOf('escalate'), error, 4, NOW)).toMatchObject({
      result: 'final',
      outcome: {
        result: 'failed',
        because: expect.not.stringContaining('undefined'),
      },
    });
  });
});
