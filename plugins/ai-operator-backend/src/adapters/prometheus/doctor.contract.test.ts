import {
  startWorldAdapters,
  WorldAdapters,
} from '../__testUtils__/worldAdapters';

describe('the doctor looks at Prometheus', () => {
  let bench: WorldAdapters;

  beforeAll(async () => {
    bench = await startWorldAdapters();
  });
  beforeEach(() => {
    bench.world.faults.clear();
    bench.forget();
  });
  afterAll(async () => {
    await bench.stop();
  });

  it('is ready, and answers the configured query with nothing', async () => {
    expect(await bench.doctor.prometheus(bench.call)).toMatchObject({
      url: `${bench.url}/prometheus`,
      ready: { known: true, value: true },
      query: { known: true, value: 0 },
      clock: { known: true },
    });
    expect(bench.records.map(({ name, result }) => [name, result])).toEqual([
      ['doctor.prometheus', 'success'],
      ['doctor.prometheus', 'success'],
    ]);
  });

  it('is not looked for where none is configured', async () => {
    const { doctor } = bench.reconfigured(({ aiOperator, ...config }) => ({
      ...config,
      aiOperator: { ...Object(aiOperator), prometheus: undefined },
    }));
    expect(await doctor.prometheus(bench.call)).toBeUndefined();
    expect(bench.records).toEqual([]);
  });

  it('says so while it is not ready', async () => {
    bench.world.faults.add({
      system: 'prometheus',
      kind: 'status',
      status: 503,
      path: '*/-/ready',
    });
    expect(await bench.doctor.prometheus(bench.call)).toMatchObject({
      ready: { known: true, value: false },
      query: { known: true },
    });
  });

  it('finds a query that Prometheus cannot read', async () => {
    const { doctor } = bench.reconfigured(({ aiOperator, ...config }) => ({
      ...config,
      aiOperator: {
        ...Object(aiOperator),
        prometheus: {
          url: `${bench.url}/prometheus`,
          query: 'avg_over_time(up{revision="{revision}"}[{window}]',
        },
      },
    }));
    expect(await doctor.prometheus(bench.call)).toMatchObject({
      ready: { known: true },
      query: { known: false, failure: 'misconfigured' },
    });
  });

  it.each([
    ['an outage', { kind: 'status', status: 502 }, 'unreachable'],
    ['no answer', { kind: 'hang' }, 'silent'],
    ['refused credentials', { kind: 'status', status: 401 }, 'unauthenticated'],
    ['a login page', { kind: 'malformed' }, 'odd'],
  ] as const)('tells %s as it is', async (_name, fault, failure) => {
    bench.world.faults.add({ system: 'prometheus', ...fault });
    expect(await bench.doctor.prometheus(bench.call)).toMatchObject({
      query: { known: false, failure },
    });
  });
});
