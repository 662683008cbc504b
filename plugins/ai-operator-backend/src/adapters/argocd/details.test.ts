import { applicationSchema, toDetails } from './details';

const OLD = 'a'.repeat(40);
const NEW = 'b'.repeat(40);

function details(change: {
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
  annotations?: Record<string, string>;
}) {
  return toDetails(
    'staging',
    applicationSchema.parse({
      metadata: {
        name: 'payment-service',
        namespace: 'argocd',
        annotations: change.annotations,
      },
      spec: { destination: { namespace: 'pay' }, ...change.spec },
      status: change.status,
    }),
  );
}

const deployedAt = (hour: number) => `2026-02-27T0${hour}:00:00Z`;

describe('an application in full', () => {
  it('runs what was deployed last while it is out of sync, not what is wanted', () => {
    const status = {
      sync: { status: 'OutOfSync', revision: NEW },
      history: [
        { revision: 'c'.repeat(40), deployedAt: deployedAt(1) },
        { revision: OLD, deployedAt: deployedAt(2) },
      ],
    };
    expect(details({ status }).revision).toBe(OLD);
    expect(
      details({
        status: { ...status, sync: { status: 'Synced', revision: NEW } },
      }).revision,
    ).toBe(NEW);
    expect(details({ status: { sync: status.sync } }).revision).toBe(NEW);
  });

  it('lists deployments newest first, whatever their order', () => {
    expect(
      details({
        status: {
          history: [
            { revision: OLD, deployedAt: deployedAt(1) },
            { revision: NEW, deployedAt: deployedAt(3) },
            { revision: NEW, deployedAt: 'not a time' },
          ],
        },
      }).history,
    ).toEqual([
      { revision: NEW, deployedAt: Date.parse(deployedAt(3)) },
      { revision: OLD, deployedAt: Date.parse(deployedAt(1)) },
    ]);
  });

  it('counts Deployments only, in the namespace they name or the destination', () => {
    expect(
      details({
        status: {
          resources: [
            { group: 'apps', kind: 'Deployment', name: 'a', namespace: 'x' },
            { group: 'apps', kind: 'Deployment', name: 'b' },
            { group: 'apps', kind: 'StatefulSet', name: 'c', namespace: 'x' },
            { group: 'other', kind: 'Deployment', name: 'd', namespace: 'x' },
            { group: 'apps', kind: 'Deployment', name: 'e', hook: true },
          ],
        },
      }).workloads,
    ).toEqual([
      { kind: 'Deployment', namespace: 'x', name: 'a' },
      { kind: 'Deployment', namespace: 'pay', name: 'b' },
    ]);
  });

  describe('with several sources', () => {
    const chart = { repoURL: 'https://charts.example.com', chart: 'redis' };
    const values = { repoURL: 'https://github.com/my-org/values.git' };
    const code = { repoURL: 'https://github.com/my-org/code' };
    const status = (...revisions: string[]) => ({
      sync: { status: 'Synced', revision: '', revisions },
    });

    it('speaks of the only one that is Git', () => {
      expect(
        details({
          spec: { sources: [chart, values] },
          status: status('18.0.0', NEW),
        }).revision,
      ).toBe(NEW);
    });

    it('does not guess among several, unless told', () => {
      const two = { sources: [values, code] };
      expect(
        details({ spec: two, status: status(OLD, NEW) }).revision,
      ).toBeUndefined();
      expect(
        details({
          spec: two,
          status: status(OLD, NEW),
          annotations: { 'ai-operator/repository': 'my-org/values' },
        }).revision,
      ).toBe(OLD);
    });

    it('reads the history by the sources of its time', () => {
      expect(
        details({
          spec: { sources: [chart, values] },
          status: {
            history: [
              {
                revisions: [OLD, '17.0.0'],
                sources: [values, chart],
                deployedAt: deployedAt(1),
              },
            ],
          },
        }).history,
      ).toEqual([{ revision: OLD, deployedAt: Date.parse(deployedAt(1)) }]);
    });
  });

  it('is Unknown before Argo CD has looked, and explains what it can', () => {
    expect(details({})).toMatchObject({
      health: 'Unknown',
      revision: undefined,
      workloads: [],
      history: [],
      historyLimit: 10,
      reconciledAt: undefined,
    });
    expect(
      details({
        status: {
          health: { status: 'Unknown' },
          conditions: [{ type: 'ComparisonError', message: 'cluster is gone' }],
        },
      }).healthMessage,
    ).toBe('cluster is gone');
    expect(
      details({
        status: {
          health: { status: 'Unknown', message: 'https://u:s3cret@git/a.git' },
        },
      }).healthMessage,
    ).toBe('https://[redacted]@git/a.git');
  });
});
