import {
  startWorldAdapters,
  WorldAdapters,
} from '../__testUtils__/worldAdapters';

describe('the doctor looks at Kubernetes through the proxy', () => {
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

  const look = (cluster = 'staging', namespaces = ['payments']) =>
    bench.doctor.kubernetes({ cluster, namespaces }, bench.call);

  it('asks for our rules in each namespace', async () => {
    const facts = await look('staging', ['payments', 'shop']);
    expect(facts).toMatchObject({ cluster: 'staging', clock: { known: true } });
    expect(facts.namespaces.map(({ namespace }) => namespace)).toEqual([
      'payments',
      'shop',
    ]);
    for (const { review } of facts.namespaces) {
      expect(review).toMatchObject({
        known: true,
        value: { isComplete: true },
      });
    }
    expect(facts.namespaces[0].review).toMatchObject({
      value: {
        rules: expect.arrayContaining([
          {
            verbs: ['get', 'list'],
            apiGroups: ['apps'],
            resources: ['deployments', 'replicasets'],
            resourceNames: [],
          },
        ]),
      },
    });
    expect(bench.records).toMatchObject([
      {
        name: 'doctor.kubernetes',
        parameters: { cluster: 'staging', namespace: 'payments' },
        result: 'success',
      },
      { parameters: { namespace: 'shop' } },
    ]);
  });

  it('sees rights beyond looking', async () => {
    const permissions = bench.world.clusters.get('staging')!;
    const before = permissions.rules();
    const rule = { verbs: ['delete'], apiGroups: [''], resources: ['pods'] };
    permissions.grant(rule);
    try {
      const [{ review }] = (await look()).namespaces;
      expect(review).toMatchObject({
        value: {
          rules: expect.arrayContaining([expect.objectContaining(rule)]),
        },
      });
    } finally {
      permissions.replace(before);
    }
  });

  it.each([
    ['an outage', { kind: 'status', status: 503 }, 'unreachable'],
    ['no answer', { kind: 'hang' }, 'silent'],
    ['refused credentials', { kind: 'status', status: 401 }, 'unauthenticated'],
    ['half a document', { kind: 'malformed' }, 'odd'],
  ] as const)('tells %s as it is', async (_name, fault, failure) => {
    bench.world.faults.add({ system: 'kubernetes', ...fault });
    expect((await look()).namespaces).toMatchObject([
      { review: { known: false, failure } },
    ]);
  });

  it('tells a cluster that the kubernetes plugin does not know', async () => {
    expect((await look('elsewhere')).namespaces).toMatchObject([
      { review: { failure: 'misconfigured' } },
    ]);
  });

  it('knows which cluster a destination means, without asking', () => {
    const server = 'https://kubernetes.default.svc';
    expect(bench.doctor.clusterOf({ instance: 'staging', server })).toEqual({
      known: true,
      value: 'staging',
    });
    expect(bench.doctor.clusterOf({ instance: 'other', server })).toMatchObject(
      {
        known: false,
        failure: 'misconfigured',
        because: expect.stringContaining('aiOperator.kubernetes.clusters'),
      },
    );
    expect(bench.records).toEqual([]);
  });
});
