import {
  parseApplicationList,
  pinnedCommit,
  toHealthStatus,
} from './parseList';

const SHA = 'a'.repeat(40);

function item(change: Record<string, unknown> = {}) {
  return {
    metadata: {
      name: 'payment-service',
      namespace: 'argocd',
      labels: { environment: 'staging' },
      annotations: {
        'ai-operator/branch': 'release',
        'kubectl.kubernetes.io/last-applied-configuration': '{"very":"long"}',
      },
    },
    spec: {
      project: 'payments',
      source: {
        repoURL: 'https://github.com/my-org/payment-service',
        path: 'deploy',
        targetRevision: 'staging',
        helm: { values: 'many: lines' },
      },
      destination: {
        server: 'https://kubernetes.default.svc',
        namespace: 'pay',
      },
    },
    status: {
      health: { status: 'Degraded' },
      sync: { status: 'Synced', revision: SHA },
      operationState: { phase: 'Succeeded' },
    },
    ...change,
  };
}

const parse = (...items: unknown[]) =>
  parseApplicationList('staging', { metadata: {}, items }, 'Argo CD');

describe('parseApplicationList', () => {
  it('keeps no credentials that Argo CD quotes', () => {
    const [application] = parse(
      item({
        status: { health: { message: 'no access to https://u:s3cret@git/a' } },
      }),
    );
    expect(application.healthMessage).toBe(
      'no access to https://[redacted]@git/a',
    );
  });

  it('keeps what decisions need and nothing of the rest', () => {
    expect(parse(item())).toEqual([
      {
        key: {
          instance: 'staging',
          namespace: 'argocd',
          name: 'payment-service',
        },
        project: 'payments',
        labels: { environment: 'staging' },
        annotations: { 'ai-operator/branch': 'release' },
        health: 'Degraded',
        healthMessage: undefined,
        syncStatus: 'Synced',
        revision: SHA,
        operationPhase: 'Succeeded',
        source: {
          repoUrl: 'https://github.com/my-org/payment-service',
          path: 'deploy',
          chart: undefined,
          targetRevision: 'staging',
        },
        sources: undefined,
        destination: {
          server: 'https://kubernetes.default.svc',
          name: undefined,
          namespace: 'pay',
        },
      },
    ]);
  });

  it('lives with the nulls and gaps that Go writes', () => {
    const [application] = parse({
      metadata: {
        name: 'new',
        namespace: 'argocd',
        labels: null,
        annotations: null,
        deletionTimestamp: null,
      },
      spec: { project: '', source: null, sources: null, destination: {} },
      status: { health: {}, sync: { status: '' } },
    });
    expect(application).toMatchObject({
      labels: {},
      annotations: {},
      project: 'default',
      health: 'Unknown',
      syncStatus: undefined,
      revision: undefined,
      source: undefined,
    });
    expect(parseApplicationList('staging', { items: null }, 'Argo CD')).toEqual(
      [],
    );
  });

  it('takes a pinned commit for the revision where the server does not serve it', () => {
    const spec = (targetRevision: string) => ({
      spec: { source: { repoURL: 'https://x/y/z', targetRevision } },
      status: { health: { status: 'Healthy' }, sync: { status: 'Synced' } },
    });
    expect(parse(item(spec(SHA)))[0].revision).toBe(SHA);
    expect(parse(item(spec('main')))[0].revision).toBeUndefined();
  });

  it('keeps every source of a multi-source application', () => {
    const [application] = parse(
      item({
        spec: {
          sources: [
            {
              repoURL: 'https://charts.example.com',
              chart: 'redis',
              targetRevision: '18.x',
            },
            {
              repoURL: 'https://github.com/my-org/values',
              targetRevision: SHA,
            },
          ],
        },
        status: {},
      }),
    );
    expect(application.source).toBeUndefined();
    expect(application.sources).toEqual([
      {
        repoUrl: 'https://charts.example.com',
        chart: 'redis',
        path: undefined,
        targetRevision: '18.x',
      },
      {
        repoUrl: 'https://github.com/my-org/values',
        chart: undefined,
        path: undefined,
        targetRevision: SHA,
      },
    ]);
    expect(application.revision).toBeUndefined();
  });

  it('leaves out what Argo CD is taking down', () => {
    const gone = item();
    expect(
      parse(
        {
          ...gone,
          metadata: {
            ...gone.metadata,
            deletionTimestamp: '2026-02-27T10:00:00Z',
          },
        },
        item(),
      ),
    ).toHaveLength(1);
  });

  it.each([
    ['items', {}],
    ['items', 'text'],
    ['items.0', { items: ['text'] }],
    ['items.0.metadata.name', { items: [{}] }],
    ['items.0.metadata.namespace', { items: [{ metadata: { name: 'a' } }] }],
    [
      'items.0.metadata.labels',
      { items: [{ metadata: { name: 'a', namespace: 'b', labels: 'c' } }] },
    ],
    [
      'items.0.metadata.labels.c',
      {
        items: [{ metadata: { name: 'a', namespace: 'b', labels: { c: 1 } } }],
      },
    ],
  ])('names %s when it is not usable', (field, answer) => {
    expect(() => parseApplicationList('staging', answer, 'Argo CD')).toThrow(
      `Argo CD answered without a usable '${field}'`,
    );
  });

  it('does not take unknown words for healthy', () => {
    expect(toHealthStatus('Splendid')).toBe('Unknown');
    expect(toHealthStatus(undefined)).toBe('Unknown');
    expect(toHealthStatus('Suspended')).toBe('Suspended');
    expect(pinnedCommit('v1.2.3')).toBeUndefined();
    expect(pinnedCommit(SHA)).toBe(SHA);
  });
});
