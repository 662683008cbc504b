import { pauseOfEverything, pauseOfOrders } from '../../dev/fixtures';
import {
  applicationPaused,
  everythingPaused,
  inForce,
  PAUSE_LENGTHS,
  tomorrowAtNine,
} from './pauses';

const NOW = new Date(2026, 10, 25, 23, 30).getTime();

const orders = { instance: 'staging', namespace: 'argocd', name: 'orders-api' };

describe('pauses', () => {
  it('end at their time, to the millisecond', () => {
    const pause = { ...pauseOfEverything(NOW), until: NOW + 1 };
    expect(inForce(pause, NOW)).toBe(true);
    expect(inForce(pause, NOW + 1)).toBe(false);
    expect(inForce({ ...pause, until: undefined }, NOW + 1e12)).toBe(true);
  });

  it('of everything are told from those of one application', () => {
    const pauses = [pauseOfOrders(NOW), pauseOfEverything(NOW)];
    expect(everythingPaused(pauses, NOW)).toBe(pauses[1]);
    expect(everythingPaused([pauses[0]], NOW)).toBeUndefined();
    expect(applicationPaused(pauses, orders, NOW)).toBe(pauses[0]);
    expect(applicationPaused([pauses[1]], orders, NOW)).toBeUndefined();
  });

  it('never by name alone', () => {
    const elsewhere = { ...orders, instance: 'production' };
    expect(
      applicationPaused([pauseOfOrders(NOW)], elsewhere, NOW),
    ).toBeUndefined();
  });
});

describe('how long', () => {
  it.each([
    ['15min', new Date(2026, 10, 25, 23, 45).getTime()],
    ['1h', new Date(2026, 10, 26, 0, 30).getTime()],
    ['4h', new Date(2026, 10, 26, 3, 30).getTime()],
    ['tomorrow', new Date(2026, 10, 26, 9, 0).getTime()],
    ['open', undefined],
  ])('%s', (id, until) => {
    const length = PAUSE_LENGTHS.find(candidate => candidate.id === id);
    expect(length?.until(NOW)).toBe(until);
  });

  it('tomorrow is the next day even just after midnight and at the end of a year', () => {
    const justAfter = new Date(2026, 11, 31, 0, 5).getTime();
    expect(tomorrowAtNine(justAfter)).toBe(new Date(2027, 0, 1, 9).getTime());
  });
});
