import { ApplicationRecord, GitSource } from '../core/application';
import { Rollback } from '../core/rollback';
import { known, unknown } from '../core/verdict';
import { ApplicationDetails, HistoryCommit, PortError } from '../ports';
import { gather, GatherOptions } from './gather';
import { ObservationPorts } from './ports';

const NOW = Date.parse('2026-02-27T10:30:20Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const key = {
  instance: 'staging',
  namespace: 'argocd',
  name: 'payment-service',
};
const source: GitSource = {
  repository: 'my-org/payment-service',
  branch: 'staging',
  manifestPath: '.argocd/application.yaml',
};
const rollback: Rollback = {
  correlationId: 'c-1',
  application: key,
  environment: 'staging',
  currentRevision: 'bad',
  openedAt: NOW - 20_000,
  version: 1,
  steering: 1,
  state: { name: 'DegradationDetected', enteredAt: NOW - 20_000 },
};
const record = { key, source: known(source, NOW) } as ApplicationRecord;

function commit(sha: string, hoursAgo: number, ci: HistoryCommit['ci']) {
  return {
    sha,
    message: sha,
    author: { name: 'Jane' },
    committedAt: NOW - hoursAgo * HOUR,
    ci,
  };
}

const details: ApplicationDetails = {
  key,
  health: 'Degraded',
  healthMessage: 'crash loop',
  syncStatus: 'Synced',
  revision: 'bad',
  workloads: [
    { kind: 'Deployment', namespace: 'payments', name: 'api' },
    { kind: 'Deployment', namespace: 'payments', name: 'worker' },
  ],
  destination: { server: 'https://cluster', namespace: 'payments' },
  history: [
    { revision: 'bad', deployedAt: NOW - 0.1 * HOUR },
    { revision: 'shaky', deployedAt: NOW - 15 * HOUR },
    { revision: 'stable', deployedAt: NOW - 47 * HOUR },
  ],
  historyLimit: 10,
};

type Overrides = {
  [P in keyof ObservationPorts]?: Partial<ObservationPorts[P]>;
};

function refusing<T extends object>(name: string, methods: Partial<T> = {}): T {
  return new Proxy(methods as T, {
    get(target, method, receiver) {
      const found: unknown = Reflect.get(target, method, receiver);
      if (found === undefined) {
        throw new Error(`Unexpected call of ${name}.${String(method)}`);
      }
      return found;
    },
  });
}

function optionsWith(
  questions: GatherOptions['questions'],
  ports: Overrides,
  rest: Partial<GatherOptions> = {},
) {
  const faults: string[] = [];
  const options: GatherOptions = {
    questions,
    commands: [],
    rollback,
    record,
    ports: {
      argocd: refusing('argocd', ports.argocd),
      kubernetes: refusing('kubernetes', ports.kubernetes),
      github: refusing('github', ports.github),
      metrics: refusing('metrics', ports.metrics),
      people: refusing('people', ports.people),
    },
    call: { record: () => {} },
    now: () => NOW,
    search: { maxAge: 30 * DAY, maxCommits: 50, uptimeWindow: DAY },
    onFault: (question, error) => faults.push(`${question}: ${error}`),
    ...rest,
  };
  return { options, faults };
}

const deployments = {
  api: { desired: 3, available: 1 },
  // In a rollout: one more than desired makes up for nothing that api lacks.
  worker: { desired: 2, available: 3 },
};

const readableCluster = {
  getDeployment: async (_: unknown, namespace: string, name: string) => ({
    namespace,
    name,
    paused: false,
    declares: { replicas: true, readinessProbe: true, livenessProbe: true },
    ...deployments[name as keyof typeof deployments],
  }),
};

describe('gather', () => {
  it('asks nothing when nothing is asked', async () => {
    const { options } = optionsWith([], {});
    await expect(gather(options)).resolves.toEqual({});
  });

  it('adds up the replicas of all Deployments, asked of the right cluster', async () => {
    const getDeployment = jest.fn(readableCluster.getDeployment);
    const { options } = optionsWith(['freshHealth'], {
      argocd: { getApplication: async () => details },
      kubernetes: { getDeployment },
    });
    await expect(gather(options)).resolves.toEqual({
      freshHealth: known(
        {
          health: 'Degraded',
          because: 'crash loop',
          revision: 'bad',
          syncStatus: 'Synced',
          replicas: known({ available: 3, desired: 5 }, NOW),
        },
        NOW,
      ),
    });
    expect(getDeployment).toHaveBeenCalledWith(
      { server: 'https://cluster', name: undefined, instance: 'staging' },
      'payments',
      'api',
      options.call,
    );
  });

  it('does not add up when one Deployment cannot be read: the health is still known', async () => {
    const { options } = optionsWith(['freshHealth'], {
      argocd: { getApplication: async () => details },
      kubernetes: {
        getDeployment: async (cluster, namespace, name) => {
          if (name === 'worker') {
            throw new PortError('PERMISSION_DENIED', 'may not read worker');
          }
          return readableCluster.getDeployment(cluster, namespace, name);
        },
      },
    });
    await expect(gather(options)).resolves.toMatchObject({
      freshHealth: {
        known: true,
        value: {
          health: 'Degraded',
          replicas: unknown('may not read worker', NOW),
        },
      },
    });
  });

  it('says so when an application has no Deployment', async () => {
    const { options } = optionsWith(['freshHealth'], {
      argocd: { getApplication: async () => ({ ...details, workloads: [] }) },
    });
    await expect(gather(options)).resolves.toMatchObject({
      freshHealth: {
        value: {
          replicas: unknown(
            'staging/argocd/payment-service has no Deployment among its resources',
            NOW,
          ),
        },
      },
    });
  });

  it('keeps one failed question from taking the others with it', async () => {
    const { options, faults } = optionsWith(
      ['manifest', 'openPullRequests', 'freshHealth'],
      {
        argocd: {
          getApplication: async () => {
            throw new PortError('TIMEOUT', 'Argo CD did not answer');
          },
        },
        github: {
          readManifest: async () => ({
            baseSha: 'base',
            path: 'p',
            content: 'c',
          }),
          listRollbackPullRequests: async () => [],
        },
      },
    );
    await expect(gather(options)).resolves.toEqual({
      freshHealth: unknown('Argo CD did not answer', NOW),
      manifest: known({ baseSha: 'base', path: 'p', content: 'c' }, NOW),
      openPullRequests: known([], NOW),
    });
    expect(faults).toEqual([]);
  });

  it('reports a fault of ours apart from bad weather, and leaks none of it', async () => {
    const { options, faults } = optionsWith(['manifest'], {
      github: {
        readManifest: async () => {
          throw new TypeError('undefined is not a function');
        },
      },
    });
    await expect(gather(options)).resolves.toEqual({
      manifest: unknown(
        'AI Operator failed while asking; its log has the details',
        NOW,
      ),
    });
    expect(faults).toEqual([
      'manifest: TypeError: undefined is not a function',
    ]);
  });

  it('says what is missing when the source is not known, or nothing is listed', async () => {
    const unresolved = optionsWith(
      ['manifest'],
      {},
      {
        record: { ...record, source: unknown('a Helm chart only', NOW) },
      },
    );
    await expect(gather(unresolved.options)).resolves.toEqual({
      manifest: unknown('a Helm chart only', NOW),
    });
    const gone = optionsWith(['manifest'], {}, { record: undefined });
    await expect(gather(gone.options)).resolves.toEqual({
      manifest: unknown('Argo CD no longer lists the application', NOW),
    });
  });

  it('asks about the pull request of the state, and says when there is none', async () => {
    const { options } = optionsWith(['pullRequest', 'ci'], {});
    await expect(gather(options)).resolves.toEqual({
      pullRequest: unknown('There is no pull request yet', NOW),
      ci: unknown('There is no pull request yet', NOW),
    });
  });
});

describe('gather: candidates', () => {
  const commits = [
    commit('failed-ci', 20, 'failure'),
    commit('shaky', 16, 'success'),
    commit('never-ran', 30, 'success'),
    commit('stable', 48, 'success'),
  ];
  const listHistory = async () => ({
    onBranch: true,
    commits,
    truncated: false,
  });

  it('puts history, deployments and uptime together', async () => {
    const uptime = jest.fn(async ({ revision }: { revision: string }) =>
      revision === 'shaky' ? 0.95 : 0.998,
    );
    const history = jest.fn(listHistory);
    const { options } = optionsWith(['candidates'], {
      argocd: { getApplication: async () => details },
      github: { listHistory: history },
      metrics: { configured: () => true, uptime },
    });
    const { candidates } = await gather(options);
    expect(candidates).toMatchObject({
      known: true,
      value: {
        currentRevision: 'bad',
        onBranch: true,
        currentDeployedAt: NOW - 0.1 * HOUR,
        truncated: false,
        commits: [
          { sha: 'failed-ci', ci: known('failure', NOW), uptime: undefined },
          {
            sha: 'shaky',
            deployments: known(
              [{ deployedAt: NOW - 15 * HOUR, until: NOW - 0.1 * HOUR }],
              NOW,
            ),
            uptime: known(0.95, NOW),
          },
          {
            sha: 'never-ran',
            deployments: known([], NOW),
            uptime: undefined,
          },
          { sha: 'stable', uptime: known(0.998, NOW) },
        ],
      },
    });
    expect(history).toHaveBeenCalledTimes(1);
    expect(history).toHaveBeenCalledWith(
      {
        repository: 'my-org/payment-service',
        branch: 'staging',
        revision: 'bad',
        since: NOW - 30 * DAY,
        limit: 50,
      },
      options.call,
    );
    expect(uptime.mock.calls.map(([request]) => request)).toEqual([
      {
        application: 'payment-service',
        environment: 'staging',
        revision: 'shaky',
        at: NOW - 0.1 * HOUR,
        windowMs: DAY,
      },
      {
        application: 'payment-service',
        environment: 'staging',
        revision: 'stable',
        at: NOW - 47 * HOUR + DAY,
        windowMs: DAY,
      },
    ]);
  });

  it('says why uptime is not known: no source, no samples, no answer', async () => {
    const reasons = [
      { configured: () => false },
      { configured: () => true, uptime: async () => undefined },
      {
        configured: () => true,
        uptime: async () => {
          throw new PortError('UNAVAILABLE', 'Prometheus is down');
        },
      },
    ];
    const said: unknown[] = [];
    for (const metrics of reasons) {
      const { options } = optionsWith(['candidates'], {
        argocd: { getApplication: async () => details },
        github: { listHistory },
        metrics,
      });
      const { candidates } = await gather(options);
      said.push(
        candidates?.known &&
          candidates.value.commits.find(({ sha }) => sha === 'stable')?.uptime,
      );
    }
    expect(said).toEqual([
      unknown('No metrics source is configured', NOW),
      unknown(
        'The metrics source has no samples of it for the 24 hours before 2026-02-26T11:30:20.000Z',
        NOW,
      ),
      unknown('Prometheus is down', NOW),
    ]);
  });

  it('passes on that the running revision is not on the branch', async () => {
    const { options } = optionsWith(['candidates'], {
      argocd: { getApplication: async () => details },
      github: {
        listHistory: async () => ({
          onBranch: false,
          commits: [],
          truncated: false,
        }),
      },
    });
    await expect(gather(options)).resolves.toMatchObject({
      candidates: { known: true, value: { onBranch: false, commits: [] } },
    });
  });

  it('does not know the candidates when GitHub or Argo CD do not answer', async () => {
    const { options } = optionsWith(['candidates'], {
      argocd: { getApplication: async () => details },
      github: {
        listHistory: async () => {
          throw new PortError('NOT_FOUND', 'GitHub does not know commit bad');
        },
      },
    });
    await expect(gather(options)).resolves.toEqual({
      candidates: unknown('GitHub does not know commit bad', NOW),
    });
  });
});
