import { Result } from './protocol';
import { missedLimits, summarise, table } from './report';

function result(
  contender: Result['contender'],
  cpuMs: number,
  wallMs: number,
  heapMiB: number,
): Result {
  return {
    contender,
    first: { cpuMs: 1000, wallMs: 1000 },
    ticks: Array.from({ length: 5 }, () => ({ cpuMs, wallMs })),
    heapGrowth: heapMiB * 1024 * 1024,
    rssGrowth: 2 * heapMiB * 1024 * 1024,
    rssPeak: 3 * heapMiB * 1024 * 1024,
    bytes: 1,
  };
}

describe('the report of the tick', () => {
  it('states the CPU as a multiple of the floor of the same run', () => {
    const [floor, operator] = summarise([
      result('floor', 40, 50, 30),
      result('operator', 60, 70, 80),
    ]);
    expect(floor.cpuRatio).toBe(1);
    expect(operator.cpuRatio).toBe(1.5);
    expect(missedLimits(operator)).toEqual([]);
    expect(table([floor, operator])).toContain('1.50');
  });

  it('names every limit that is missed', () => {
    const [, operator] = summarise([
      result('floor', 10, 50, 30),
      result('operator', 21, 2001, 251),
    ]);
    expect(missedLimits(operator)).toEqual([
      'CPU is 2.10 times the floor, allowed are 2',
      'p99 is 2001 ms, allowed are 2000',
      'memory grows by 251 MiB, allowed are 250',
    ]);
  });

  it('refuses to state ratios without a floor', () => {
    expect(() => summarise([result('operator', 1, 1, 1)])).toThrow('floor');
  });
});
