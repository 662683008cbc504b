import { mockServices } from '@backstage/backend-test-utils';
import { watchBudget } from './watchBudget';

const HOUR = 3_600_000;

function watching(warnBelow: number) {
  const logger = mockServices.logger.mock();
  const metrics = { observe: jest.fn(), githubBudget: jest.fn() };
  const watched = watchBudget(metrics, logger, warnBelow);
  return {
    metrics,
    watched,
    warnings: () => logger.warn.mock.calls.map(([message]) => String(message)),
    tell: (remaining: number, resetAt = HOUR, limit = 5_000) =>
      watched.githubBudget?.({
        host: 'github.com',
        resource: 'core',
        limit,
        remaining,
        resetAt,
      }),
  };
}

describe('watchBudget', () => {
  it('warns once in each window, from the first request below the mark', () => {
    const { tell, warnings, metrics } = watching(1_000);
    tell(1_000);
    expect(warnings()).toEqual([]);
    tell(999);
    tell(998);
    expect(warnings()).toEqual([
      "GitHub github.com allows 999 more 'core' requests until 1970-01-01T01:00:00.000Z; aiOperator.github.budgetWarn is 1000",
    ]);
    tell(5_000, 2 * HOUR);
    tell(900, 2 * HOUR);
    expect(warnings()).toHaveLength(2);
    expect(metrics.githubBudget).toHaveBeenCalledTimes(5);
  });

  it('does not warn again and again when the windows of two installations take turns', () => {
    const { tell, warnings } = watching(1_000);
    for (let round = 0; round < 3; round += 1) {
      tell(500, HOUR);
      tell(400, HOUR + 60_000);
    }
    expect(warnings()).toHaveLength(2);
  });

  it('keeps to the last fifth of a budget that is smaller than the mark', () => {
    const { tell, warnings } = watching(1_000);
    tell(12, HOUR, 60);
    expect(warnings()).toEqual([]);
    tell(11, HOUR, 60);
    expect(warnings()).toHaveLength(1);
  });

  it('follows the configured mark, and says nothing at all for 0', () => {
    const high = watching(3_000);
    high.tell(2_999);
    expect(high.warnings()).toHaveLength(1);
    const none = watching(0);
    none.tell(0);
    expect(none.warnings()).toEqual([]);
  });

  it('passes calls on', () => {
    const { watched, metrics } = watching(1_000);
    watched.observe('github.listCommits', 5, 'TIMEOUT');
    expect(metrics.observe).toHaveBeenCalledWith(
      'github.listCommits',
      5,
      'TIMEOUT',
    );
  });
});
