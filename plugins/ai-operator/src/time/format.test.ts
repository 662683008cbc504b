import {
  formatAge,
  formatDuration,
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
