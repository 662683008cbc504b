import { averageUp, SCRAPE_MS, upAt, upSeriesOf } from './uptime';
import { Workload } from './workload';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A scrape time, so that counts come out even. */
const T0 = 1_000 * DAY;

function workload(): Workload {
  return new Workload({
    key: {
      application: 'a',
      environment: 'staging',
      cluster: 'staging',
      namespace: 'n',
      name: 'a',
    },
    spec: {
      replicas: 3,
      replicasDeclared: true,
      progressDeadlineMs: 30_000,
      template: {
        image: 'a:1',
        containerPort: 8080,
        readinessProbe: true,
        livenessProbe: true,
      },
    },
    createdAt: T0,
  });
}

function seriesOf(target: Workload, revision: string, now: number) {
  const series = upSeriesOf(target, now).find(
    other => other.revision === revision,
  );
  if (!series) {
    throw new Error(`No series of ${revision}`);
  }
  return series.segments;
}

describe.each([
  [0.998, 0.998],
  [0.95, 0.95],
  [1, 1],
  [0, 0],
])('an uptime of %d', (uptime, expected) => {
  it('is what any day of it averages to', () => {
    const target = workload();
    target.setUptime('r', uptime);
    target.deploy(T0, 'r');
    const now = T0 + 3 * DAY;
    const segments = seriesOf(target, 'r', now);
    for (const at of [T0 + DAY, T0 + 1.37 * DAY, now]) {
      expect(averageUp(segments, at, DAY, now)).toBeCloseTo(expected, 3);
    }
  });
});

it('has no value where nothing was scraped', () => {
  const target = workload();
  target.deploy(T0, 'r');
  const segments = seriesOf(target, 'r', T0 + DAY);
  expect(averageUp(segments, T0 - HOUR, DAY)).toBeUndefined();
  expect(averageUp([], T0, DAY)).toBeUndefined();
  expect(upAt(segments, T0 - HOUR)).toBeUndefined();
});

it('knows nothing of the future', () => {
  const target = workload();
  target.setUptime('r', 1);
  target.deploy(T0, 'r');
  const now = T0 + 2 * HOUR;
  const segments = seriesOf(target, 'r', now);
  expect(averageUp(segments, now + 10 * DAY, DAY, now)).toBeUndefined();
  expect(averageUp(segments, now + HOUR, DAY, now)).toBe(1);
});

it('does not count a rollout against the revision it brings', () => {
  const target = workload();
  target.setUptime('first', 1);
  target.setUptime('second', 1);
  target.deploy(T0, 'first');
  target.deploy(T0 + DAY, 'second');
  const now = T0 + DAY + HOUR;
  expect(averageUp(seriesOf(target, 'second', now), now, DAY)).toBe(1);
  expect(averageUp(seriesOf(target, 'first', now), now, DAY)).toBe(1);
});

it('counts crashed pods as down, and up again once they recovered', () => {
  const target = workload();
  target.setUptime('r', 1);
  target.deploy(T0, 'r');
  target.crash(T0 + DAY, 1);
  target.recover(T0 + DAY + HOUR, 0);
  const now = T0 + DAY + 2 * HOUR;
  const segments = seriesOf(target, 'r', now);
  expect(averageUp(segments, T0 + DAY + HOUR - 1, HOUR)).toBeCloseTo(1 / 3, 2);
  expect(averageUp(segments, now, HOUR)).toBeCloseTo(1, 2);
  expect(averageUp(segments, now, 2 * HOUR)).toBeCloseTo(2 / 3, 2);
});

it('answers an instant query with the last scrape, and nothing once it is gone', () => {
  const target = workload();
  target.setUptime('first', 1);
  target.setUptime('second', 0);
  target.deploy(T0, 'first');
  target.deploy(T0 + DAY, 'second');
  const now = T0 + 2 * DAY;
  const first = seriesOf(target, 'first', now);
  expect(upAt(first, T0 + HOUR + 7)).toEqual({
    value: 1,
    sampledAt: T0 + HOUR - ((T0 + HOUR) % SCRAPE_MS),
  });
  expect(upAt(first, now)).toBeUndefined();
  expect(upAt(seriesOf(target, 'second', now), now)?.value).toBe(0);
});
