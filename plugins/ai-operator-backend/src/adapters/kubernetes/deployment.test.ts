import { toDeploymentStatus } from './deployment';
import { resolveCluster } from './resolveCluster';

const container = { readinessProbe: { httpGet: {} }, livenessProbe: {} };

function deployment(change: {
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
  metadata?: Record<string, unknown>;
  containers?: unknown[];
}) {
  return {
    metadata: { name: 'web', namespace: 'pay', ...change.metadata },
    spec: {
      template: { spec: { containers: change.containers ?? [container] } },
      ...change.spec,
    },
    status: change.status,
  };
}

const read = (change: Parameters<typeof deployment>[0]) =>
  toDeploymentStatus(deployment(change), 'Kubernetes');

describe('a Deployment', () => {
  it('wants one replica unless it says otherwise, and has none unless it says so', () => {
    expect(read({})).toMatchObject({ desired: 1, available: 0, paused: false });
    expect(
      read({ spec: { replicas: 0, paused: true }, status: {} }),
    ).toMatchObject({ desired: 0, available: 0, paused: true });
    expect(
      read({ spec: { replicas: 3 }, status: { availableReplicas: 2 } }),
    ).toMatchObject({ desired: 3, available: 2 });
  });

  it('declares probes when all its containers do (AC-04)', () => {
    const declares = (...containers: unknown[]) =>
      read({ containers }).declares;
    expect(declares(container, container)).toMatchObject({
      readinessProbe: true,
      livenessProbe: true,
    });
    expect(declares(container, { readinessProbe: {} })).toMatchObject({
      readinessProbe: true,
      livenessProbe: false,
    });
    expect(declares({})).toMatchObject({
      readinessProbe: false,
      livenessProbe: false,
    });
  });

  it.each([
    ['was applied with a count', { applied: { spec: { replicas: 2 } } }, true],
    ['was applied without', { applied: { spec: {} } }, false],
    ['has a field manager for it', { managed: [{ 'f:replicas': {} }] }, true],
    [
      'has field managers, none for it',
      { managed: [{ 'f:template': {} }] },
      false,
    ],
    ['has no trace of either', {}, true],
    ['carries an unreadable annotation', { applied: 'not json' }, true],
  ])('declares its replicas when it %s: %j (AC-05)', (_name, how, expected) => {
    const { applied, managed } = how as {
      applied?: unknown;
      managed?: unknown[];
    };
    const metadata = {
      ...(applied
        ? {
            annotations: {
              'kubectl.kubernetes.io/last-applied-configuration':
                typeof applied === 'string' ? applied : JSON.stringify(applied),
            },
          }
        : {}),
      ...(managed
        ? {
            managedFields: managed.map(fields => ({
              fieldsV1: { 'f:spec': fields },
            })),
          }
        : {}),
    };
    expect(read({ metadata, spec: { replicas: 1 } }).declares.replicas).toBe(
      expected,
    );
  });

  it('names the field that is not usable', () => {
    expect(() => read({ spec: { replicas: 'three' } })).toThrow(
      "Kubernetes answered without a usable 'spec.replicas'",
    );
    expect(() => toDeploymentStatus({ kind: 'Status' }, 'Kubernetes')).toThrow(
      "'metadata'",
    );
  });
});

describe('resolveCluster', () => {
  const inCluster = 'https://kubernetes.default.svc';
  const mappings = [
    { instance: 'staging', server: inCluster, cluster: 'stage-1' },
    { instance: 'staging', server: 'https://10.0.0.1', cluster: 'stage-2' },
    { destinationName: 'edge', cluster: 'edge-cluster' },
  ];

  it.each([
    [{ instance: 'staging', server: inCluster }, 'stage-1'],
    [{ instance: 'staging', server: 'https://10.0.0.1' }, 'stage-2'],
    [{ instance: 'production', name: 'edge' }, 'edge-cluster'],
    [{ instance: 'production', name: 'named' }, 'named'],
  ])('%j is %s', (ref, cluster) => {
    expect(resolveCluster(ref, mappings)).toBe(cluster);
  });

  it.each([
    { instance: 'production', server: inCluster },
    { instance: 'production', name: 'in-cluster' },
    { instance: 'staging' },
  ])('does not guess for %j', ref => {
    expect(() => resolveCluster(ref, mappings)).toThrow(
      `add { instance: ${ref.instance}, cluster: <name> }`,
    );
  });
});
