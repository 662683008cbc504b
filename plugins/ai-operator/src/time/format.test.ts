import {
  formatAge,
  formatUtcClock,
  formatUtcDay,
  formatUtcMoment,
  formatDuration,
  formatMoment,
  formatRelative,
  formatSpan,
} from './format';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('formatDuration', () => {
  it.each([
    [0, '0:00'],
    [999, '0:00'],
    [9_000, '0:09'],
    [72_000, '1:12'],
    [59 * MINUTE + 59_999, '59:59'],
    [HOUR, '1:00:00'],
    [3 * HOUR + 51 * MINUTE + 5_000, '3:51:05'],
    [-5_000, '0:00'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('formatSpan', () => {
  it.each([
    [500, '500 ms'],
    [10_000, '10 s'],
    [60_000, '60 s'],
    [90_000, '90 s'],
    [120_000, '2 min'],
    [HOUR, '60 min'],
    [4 * HOUR, '4 h'],
    [24 * HOUR, '24 h'],
    [30 * DAY, '30 d'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatSpan(ms)).toBe(text);
  });
});

describe('formatAge', () => {
  it.each([
    [-1, '0 s'],
    [59_999, '59 s'],
    [MINUTE, '1 min'],
    [47 * HOUR, '47 h'],
    [2 * DAY, '2 d'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatAge(ms)).toBe(text);
  });
});

describe('formatRelative', () => {
  const now = 1_700_000_000_000;

  it.each([
    [now, 'just now'],
    [now - 1_999, 'just now'],
    [now - 5_000, '5 s ago'],
    [now - 3 * MINUTE, '3 min ago'],
    [now + 90_000, 'in 1 min'],
  ])('%d is %s', (at, text) => {
    expect(formatRelative(at, now)).toBe(text);
  });
});

describe('formatMoment', () => {
  const now = new Date(2026, 10, 25, 23, 30).getTime();

  it('needs no day for today', () => {
    expect(formatMoment(now + 15 * MINUTE, now)).toBe('23:45');
  });

  it('names the day as soon as it is another one', () => {
    expect(formatMoment(now + 30 * MINUTE, now)).toMatch(/26.*00:00/);
    expect(formatMoment(now + 30 * MINUTE - 1, now)).toBe('23:59');
  });
});

describe('times in UTC, for evidence that is read much later and elsewhere', () => {
  const at = Date.UTC(2026, 10, 25, 23, 59, 59);

  it('names the day in full', () => {
    expect(formatUtcDay(at)).toBe('Wed, Nov 25, 2026');
    expect(formatUtcDay(at + 1_000)).toBe('Thu, Nov 26, 2026');
  });

  it('tells the time of day', () => {
    expect(formatUtcClock(at)).toBe('23:59:59');
    expect(formatUtcClock(at + 1_000)).toBe('00:00:00');
  });

  it('says the zone, and the day where that is another one', () => {
    expect(formatUtcMoment(at, at)).toBe('23:59 UTC');
    expect(formatUtcMoment(at, at + 1_000)).toBe(
      'Wed, Nov 25, 2026, 23:59 UTC',
    );
  });
});
