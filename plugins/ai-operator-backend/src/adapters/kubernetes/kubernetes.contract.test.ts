import {
  startWorldAdapters,
  WorldAdapters,
} from '../__testUtils__/worldAdapters';

const CLUSTER = {
  instance: 'staging',
  server: 'https://kubernetes.default.svc',
};

describe('Kubernetes through the proxy', () => {
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

  const read = (name = 'payment-service') =>
    bench.kubernetes.getDeployment(CLUSTER, 'payments', name, bench.call);

  it('reads what a Deployment wants and has', async () => {
    expect(await read()).toEqual({
      namespace: 'payments',
      name: 'payment-service',
      desired: 3,
      available: 3,
      paused: false,
      declares: { replicas: true, readinessProbe: true, livenessProbe: true },
    });
    expect(bench.records).toMatchObject([
      {
        name: 'kubernetes.getDeploymentStatus',
        parameters: {
          ...CLUSTER,
          namespace: 'payments',
          deployment: 'payment-service',
        },
        response: { availableReplicas: 3, desiredReplicas: 3 },
      },
    ]);
  });

  it('sees replicas that are missing, all of them included', async () => {
    bench.world.control.crash({ service: 'payment-service', available: 1 });
    await bench.clock.advance(60_000);
    expect(await read()).toMatchObject({ desired: 3, available: 1 });
    bench.world.control.crash({ service: 'payment-service', available: 0 });
    await bench.clock.advance(60_000);
    expect(await read()).toMatchObject({ desired: 3, available: 0 });
    bench.world.control.heal({ service: 'payment-service' });
    await bench.clock.advance(60_000);
    expect(await read()).toMatchObject({ desired: 3, available: 3 });
  });

  it('tells a Deployment that is not there from a cluster nobody knows', async () => {
    await expect(read('nothing')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('"nothing" not found'),
    });
    await expect(
      bench.kubernetes.getDeployment(
        { instance: 'other', name: 'elsewhere' },
        'payments',
        'payment-service',
        bench.call,
      ),
    ).rejects.toMatchObject({
      code: 'MISCONFIGURED',
      message: expect.stringContaining("does not know cluster 'elsewhere'"),
    });
    await expect(
      bench.kubernetes.getDeployment(
        { instance: 'other', server: 'https://kubernetes.default.svc' },
        'payments',
        'payment-service',
        bench.call,
      ),
    ).rejects.toMatchObject({
      code: 'MISCONFIGURED',
      message:
        "It is not known which Kubernetes cluster 'https://kubernetes.default.svc' of Argo CD instance 'other' is; add { instance: other, cluster: <name> } to aiOperator.kubernetes.clusters",
    });
  });

  it.each([
    ['an answer that does not come', { kind: 'hang' }, 'TIMEOUT'],
    ['refused credentials', { kind: 'status', status: 401 }, 'UNAUTHENTICATED'],
    ['forbidden', { kind: 'status', status: 403 }, 'PERMISSION_DENIED'],
    ['an outage', { kind: 'status', status: 500 }, 'UNAVAILABLE'],
    ['half a document', { kind: 'malformed' }, 'MALFORMED_ANSWER'],
  ] as const)('reports %s', async (_name, fault, code) => {
    bench.world.faults.add({ system: 'kubernetes', ...fault });
    await expect(read()).rejects.toMatchObject({ code });
  });

  it('recovers from a passing outage', async () => {
    bench.world.faults.add({
      system: 'kubernetes',
      kind: 'status',
      status: 503,
      count: 3,
    });
    expect(await read()).toMatchObject({ available: 3 });
    expect(bench.records).toMatchObject([{ retryCount: 3 }]);
  });
});
