import { CounterSeries, MAX_APPLICATION_SERIES } from './counterSeries';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const ABORTED = { app_name: 'payment-service', reason: 'CI_FAILURE' };

function perApplication() {
  return new CounterSeries({
    labels: ['app_name', 'reason'],
    holdMs: MINUTE,
  });
}

describe('the series of a counter', () => {
  it('are told as 0 from the first scrape on, so that the first increase can be seen', () => {
    const series = perApplication();
    series.inc(ABORTED, 0);
    // Nobody scraped it for an hour: the first who does still sees it begin.
    expect(series.tell(60 * MINUTE)).toEqual([{ labels: ABORTED, value: 0 }]);
    series.inc(ABORTED, 60 * MINUTE + 1);
    // A second Prometheus, half a minute later.
    expect(series.tell(60.5 * MINUTE)).toEqual([{ labels: ABORTED, value: 0 }]);
    expect(series.tell(61 * MINUTE)).toEqual([{ labels: ABORTED, value: 2 }]);
    series.inc(ABORTED, 61 * MINUTE + 1);
    expect(series.tell(61.5 * MINUTE)).toEqual([{ labels: ABORTED, value: 3 }]);
  });

  it('with an application are dropped a day after their last change, and begin anew', () => {
    const series = perApplication();
    series.inc(ABORTED, 0);
    series.tell(0);
    expect(series.tell(DAY - 1)).toEqual([{ labels: ABORTED, value: 1 }]);
    expect(series.tell(DAY)).toEqual([]);
    series.inc(ABORTED, DAY);
    expect(series.tell(DAY)).toEqual([{ labels: ABORTED, value: 0 }]);
    expect(series.tell(DAY + MINUTE)).toEqual([{ labels: ABORTED, value: 1 }]);
  });

  it('without one stay: their values are few', () => {
    const series = new CounterSeries({
      labels: ['invariant_id'],
      holdMs: MINUTE,
    });
    series.inc({ invariant_id: 'I6_ci_success' }, 0);
    series.tell(0);
    expect(series.tell(30 * DAY)).toHaveLength(1);
  });

  it('do not depend on the order in which labels are written', () => {
    const series = perApplication();
    series.inc({ app_name: 'a', reason: 'CONFLICT' }, 0);
    series.inc({ reason: 'CONFLICT', app_name: 'a' }, 0);
    expect(series.tell(0)).toHaveLength(1);
  });

  it('are one for all applications beyond the limit, until old ones make room', () => {
    const series = perApplication();
    const named = (app_name: string) => ({ app_name, reason: 'CI_FAILURE' });
    for (let index = 0; index < MAX_APPLICATION_SERIES; index += 1) {
      series.inc(named(`service-${index}`), 0);
    }
    expect(series.inc(named('one-more'), 1)).toEqual(named('(other)'));
    expect(series.inc(named('two-more'), 1)).toEqual(named('(other)'));
    // Those that are known go on under their names.
    expect(series.inc(named('service-7'), 1)).toEqual(named('service-7'));
    expect(series.tell(2)).toHaveLength(MAX_APPLICATION_SERIES + 1);
    expect(series.tell(2 + MINUTE)).toContainEqual({
      labels: named('(other)'),
      value: 2,
    });
    expect(series.inc(named('one-more'), DAY)).toEqual(named('one-more'));
    expect(series.tell(DAY).map(({ labels }) => labels.app_name)).toEqual([
      'service-7',
      '(other)',
      'one-more',
    ]);
  });
});
