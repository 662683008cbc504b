import { closedAddress } from '../__testUtils__/localServer';
import {
  startWorldAdapters,
  WORLD_START,
  WorldAdapters,
} from '../__testUtils__/worldAdapters';

const KEY = {
  instance: 'staging',
  namespace: 'argocd',
  name: 'payment-service',
};

describe('Argo CD', () => {
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

  const list = (instance = 'staging') =>
    bench.argocd.listApplications(instance, bench.call);

  it('lists an instance in one request, with what decisions need', async () => {
    const applications = await list();
    expect(applications).toHaveLength(1);
    expect(applications[0]).toMatchObject({
      key: KEY,
      project: 'payments',
      labels: {
        'ai-operator.enabled': 'true',
        environment: 'staging',
      },
      health: 'Healthy',
      syncStatus: 'Synced',
      revision: expect.stringMatching(/^[0-9a-f]{40}$/),
      operationPhase: 'Succeeded',
      source: {
        repoUrl: expect.stringContaining('/my-org/payment-service'),
        path: 'deploy',
        targetRevision: expect.stringMatching(/^[0-9a-f]{40}$/),
      },
      destination: {
        server: 'https://kubernetes.default.svc',
        namespace: 'payments',
      },
    });
    expect(bench.records).toEqual([
      expect.objectContaining({
        name: 'argocd.listApplications',
        parameters: { instance: 'staging' },
        result: 'success',
        response: { applications: 1 },
        retryCount: 0,
      }),
    ]);
  });

  it('reads one application in full', async () => {
    const details = await bench.argocd.getApplication(KEY, bench.call);
    expect(details).toMatchObject({
      key: KEY,
      health: 'Healthy',
      syncStatus: 'Synced',
      workloads: [
        {
          kind: 'Deployment',
          namespace: 'payments',
          name: 'payment-service',
        },
      ],
      historyLimit: 10,
    });
    const times = details.history.map(entry => entry.deployedAt);
    expect(times).toEqual([...times].sort((a, b) => b - a));
    expect(details.history[0]).toEqual({
      revision: details.revision,
      deployedAt: expect.any(Number),
    });
    expect(details.history.length).toBeGreaterThanOrEqual(5);
    expect(times.every(time => time < WORLD_START)).toBe(true);
  });

  it('cannot tell a hidden application from one that does not exist', async () => {
    await expect(
      bench.argocd.getApplication({ ...KEY, name: 'nothing' }, bench.call),
    ).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message:
        "Argo CD 'staging': application argocd/nothing answered 403: it does not exist, or our account may not see it",
    });
  });

  it('logs in once for many calls, and again when the session has ended', async () => {
    const logins = () =>
      bench.records.filter(record => record.result === 'failure').length;
    const applications = await Promise.all([
      list('production'),
      list('production'),
      list('production'),
    ]);
    expect(applications.map(each => each.length)).toEqual([1, 1, 1]);
    bench.world.faults.add({
      system: 'argocd',
      kind: 'status',
      status: 401,
      path: '*/applications*',
      count: 1,
    });
    expect(await list('production')).toHaveLength(1);
    expect(logins()).toBe(0);
  });

  it('does not try again with a token that was refused', async () => {
    bench.world.faults.add({ system: 'argocd', kind: 'status', status: 401 });
    await expect(list()).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message: expect.stringContaining('the credentials were refused'),
    });
    expect(bench.slept).toEqual([]);
  });

  it('says that a password is wrong, and never what it is', async () => {
    const { argocd } = bench.reconfigured(data => ({
      ...data,
      argocd: {
        username: 'operator',
        password: 'not-the-password',
        appLocatorMethods: [
          {
            type: 'config',
            instances: [
              { name: 'staging', url: `${bench.url}/argocd/staging` },
            ],
          },
        ],
      },
    }));
    const error = await argocd
      .listApplications('staging', bench.call)
      .catch(caught => caught);
    expect(error).toMatchObject({
      code: 'UNAUTHENTICATED',
      message:
        "Argo CD 'staging': login as 'operator' answered 401: Invalid username or password; the credentials were refused, check them",
    });
    expect(JSON.stringify([error, bench.records])).not.toContain(
      'not-the-password',
    );
  });

  it('recovers from passing errors within its retries', async () => {
    bench.world.faults.add({
      system: 'argocd',
      kind: 'status',
      status: 503,
      count: 2,
    });
    expect(await list()).toHaveLength(1);
    expect(bench.slept).toEqual([1_000, 2_000]);
    expect(bench.records).toMatchObject([{ result: 'success', retryCount: 2 }]);
  });

  it.each([
    ['an answer that does not come', { kind: 'hang' }, 'TIMEOUT'],
    ['a connection that breaks', { kind: 'reset' }, 'UNAVAILABLE'],
    ['permission denied', { kind: 'status', status: 403 }, 'PERMISSION_DENIED'],
    ['half a document', { kind: 'malformed' }, 'MALFORMED_ANSWER'],
    ['a rate limit', { kind: 'rate-limit' }, 'RATE_LIMITED'],
  ] as const)('reports %s', async (_name, fault, code) => {
    bench.world.faults.add({ system: 'argocd', ...fault });
    await expect(list()).rejects.toMatchObject({ code });
    expect(bench.records).toMatchObject([
      { result: 'failure', errorCode: code },
    ]);
    expect(bench.observed).toEqual([
      { name: 'argocd.listApplications', errorCode: code },
    ]);
  });

  it('waits as long as it is told to, within bounds', async () => {
    bench.world.faults.add({
      system: 'argocd',
      kind: 'rate-limit',
      retryAfterSeconds: 6,
      count: 1,
    });
    expect(await list()).toHaveLength(1);
    expect(bench.slept).toEqual([6_000]);
  });

  it('reports an address where nothing listens, and an instance nobody knows', async () => {
    const url = await closedAddress();
    const { argocd } = bench.reconfigured(data => ({
      ...data,
      argocd: {
        appLocatorMethods: [
          {
            type: 'config',
            instances: [
              { name: 'gone', url, token: 'x' },
              { name: 'locked', url },
            ],
          },
        ],
      },
      aiOperator: {},
    }));
    await expect(
      argocd.listApplications('gone', bench.call),
    ).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    await expect(
      argocd.listApplications('locked', bench.call),
    ).rejects.toMatchObject({
      code: 'MISCONFIGURED',
      message: expect.stringContaining('argocd.appLocatorMethods'),
    });
    await expect(
      argocd.listApplications('other', bench.call),
    ).rejects.toMatchObject({
      code: 'MISCONFIGURED',
      message: expect.stringContaining('known are gone, locked'),
    });
  });

  it('knows where people look at an application', () => {
    expect(bench.argocd.applicationUrl(KEY)).toBe(
      `${bench.url}/argocd/staging/applications/argocd/payment-service`,
    );
    expect(
      bench.argocd.applicationUrl({ ...KEY, instance: 'other' }),
    ).toBeUndefined();
    expect(bench.argocd.instances()).toEqual([
      { name: 'staging', url: `${bench.url}/argocd/staging` },
      { name: 'production', url: `${bench.url}/argocd/production` },
    ]);
  });
});
