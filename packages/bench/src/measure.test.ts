import { measure, percentile } from './measure';

describe('percentile', () => {
  it('is the smallest value that enough of the others do not exceed', () => {
    const values = Array.from({ length: 100 }, (_, index) => index + 1);
    expect(percentile(values, 0.99)).toBe(99);
    expect(percentile(values, 0.5)).toBe(50);
    expect(percentile(values, 1)).toBe(100);
    expect(percentile([7], 0.01)).toBe(7);
  });

  it('does not depend on the order and does not change it', () => {
    const values = [3, 1, 2];
    expect(percentile(values, 0.5)).toBe(2);
    expect(values).toEqual([3, 1, 2]);
  });

  it('refuses to make something of nothing', () => {
    expect(() => percentile([], 0.5)).toThrow('no percentile of no values');
  });
});

describe('measure', () => {
  it('tells work from waiting', async () => {
    const waiting = await measure(
      () => new Promise(resolve => setTimeout(resolve, 60)),
    );
    const working = await measure(async () => {
      const until = performance.now() + 60;
      while (performance.now() < until) {
        Math.sqrt(until);
      }
    });
    expect(waiting.wallMs).toBeGreaterThanOrEqual(59);
    expect(working.cpuMs).toBeGreaterThan(waiting.cpuMs);
  });
});
