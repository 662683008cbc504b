import { ClockReading, fact, noFact } from '../facts';
import { judgeClock, skewOf } from './clock';
import { check } from './finding';

const NOW = 1_700_000_000_000;
const CHECK = check({ area: 'argocd', name: 'staging' }, 'clock', 'Clock');

function reading(change: Partial<ClockReading>): ClockReading {
  return { theirs: NOW, precision: 1_000, before: NOW, after: NOW, ...change };
}

it.each<[string, Partial<ClockReading>, number]>([
  ['the same time', {}, 0],
  ['ahead', { theirs: NOW + 7_000 }, 7_000],
  ['behind, by more than its coarse second', { theirs: NOW - 7_000 }, -6_000],
  ['behind within its coarse second', { theirs: NOW - 999 }, 0],
  [
    'read while a slow answer was on its way',
    { after: NOW + 9_000, theirs: NOW + 8_000 },
    0,
  ],
  [
    'later than a slow answer explains',
    { after: NOW + 9_000, theirs: NOW + 10_000 },
    1_000,
  ],
])('%s', (_name, change, skew) => {
  expect(skewOf(reading(change))).toBe(skew);
});

it.each([
  [5_000, 'ok'],
  [5_001, 'warning'],
  [30_000, 'warning'],
  [30_001, 'problem'],
  [-5_000, 'ok'],
  [-5_001, 'warning'],
  [-30_001, 'problem'],
])('%d ms apart is %s', (skew, status) => {
  const theirs = NOW + skew;
  expect(
    judgeClock(CHECK, fact(reading({ theirs, precision: 0 }))).status,
  ).toBe(status);
});

it('says in which direction', () => {
  const far = (theirs: number) =>
    judgeClock(CHECK, fact(reading({ theirs, precision: 0 }))).because;
  expect(far(NOW + 42_000)).toBe(
    'Its clock is at least 42 seconds ahead of ours.',
  );
  expect(far(NOW - 42_000)).toBe(
    'Its clock is at least 42 seconds behind ours.',
  );
});

it('is unknown without a reading', () => {
  expect(judgeClock(CHECK, noFact('skipped', 'why'))).toMatchObject({
    status: 'unknown',
    because: 'why.',
  });
});
