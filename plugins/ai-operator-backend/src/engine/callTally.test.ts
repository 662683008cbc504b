import { CallRecord } from '../ports';
import { CallTally } from './callTally';
import { QuietCalls } from './quietCalls';

function call(overrides: Partial<CallRecord> = {}): CallRecord {
  return {
    name: 'github.getPullRequestStatus',
    parameters: { number: 42 },
    result: 'success',
    startedAt: 1_000,
    durationMs: 40,
    retryCount: 0,
    ...overrides,
  };
}

describe('CallTally', () => {
  it('tells each kind of call once, with its figures', () => {
    const tally = new CallTally();
    tally.add([
      call(),
      call({ startedAt: 6_000, durationMs: 60, retryCount: 1 }),
      call({ name: 'argocd.getApplicationHealth', result: 'failure' }),
    ]);
    expect(tally.since).toBe(1_000);
    expect(tally.records({ correlationId: 'c1' }, 9_000)).toMatchObject([
      {
        timestamp: 9_000,
        correlationId: 'c1',
        level: 'INFO',
        actionType: 'MCP_CALL',
        reasoning:
          'github.getPullRequestStatus was called 2 times and nothing was new: 50 ms on average, 60 ms at most.',
        mcpCall: {
          parameters: { from: 1_000, to: 6_060 },
          result: 'success',
          response: { averageMs: 50, longestMs: 60, failed: 0 },
          durationMs: 100,
          retryCount: 1,
        },
        metadata: { calls: 2 },
      },
      {
        level: 'WARN',
        reasoning:
          'argocd.getApplicationHealth was called once and nothing was new: 40 ms on average, 40 ms at most; 1 failed.',
        mcpCall: { result: 'failure' },
      },
    ]);
  });

  it('begins anew once told', () => {
    const tally = new CallTally();
    tally.add([call()]);
    tally.clear();
    expect(tally.since).toBeUndefined();
    expect(tally.records({}, 0)).toEqual([]);
  });
});

describe('QuietCalls', () => {
  const about = (correlationId: string) => ({ correlationId });
  const told = (quiet: QuietCalls, correlationId: string) =>
    quiet.records(correlationId, 9_000).map(({ metadata }) => metadata.calls);

  it('keeps the calls of each rollback until they are told', () => {
    const quiet = new QuietCalls();
    quiet.add(about('c1'), [call()]);
    quiet.add(about('c1'), [call()]);
    quiet.add(about('c2'), []);
    expect([told(quiet, 'c1'), told(quiet, 'c2')]).toEqual([[2], []]);
    quiet.forget('c1');
    expect(told(quiet, 'c1')).toEqual([]);
  });

  it('says which of them are untold for long', () => {
    const quiet = new QuietCalls();
    quiet.add(about('c1'), [call()]);
    quiet.add(about('c2'), [call({ startedAt: 400_000 })]);
    expect(quiet.due(600_999)).toEqual([]);
    expect(quiet.due(601_000)).toEqual(['c1']);
    expect(quiet.due(0, true)).toEqual(['c1', 'c2']);
  });

  it('does not grow without end, and forgets what was quiet longest', () => {
    const quiet = new QuietCalls();
    quiet.add(about('first'), [call()]);
    for (let n = 1; n < 1_000; n += 1) {
      quiet.add(about(`c${n}`), [call()]);
    }
    quiet.add(about('first'), [call()]);
    quiet.add(about('one more'), [call()]);
    expect(told(quiet, 'c1')).toEqual([]);
    expect(told(quiet, 'first')).toEqual([2]);
  });
});
