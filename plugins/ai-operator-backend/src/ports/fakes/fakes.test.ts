import { CallRecord, PortError } from '..';
import { FakeArgoCd } from './FakeArgoCd';
import { FakeGitHub } from './FakeGitHub';
import { FakeKubernetes } from './FakeKubernetes';
import { FakeMetricsSource } from './FakeMetricsSource';

const KEY = { instance: 'staging', namespace: 'argocd', name: 'pay' };

function context() {
  const records: CallRecord[] = [];
  return {
    records,
    call: { record: (each: CallRecord) => records.push(each) },
  };
}

describe('the fakes', () => {
  it('answer with what was put in, and record it', async () => {
    const { records, call } = context();
    const argocd = new FakeArgoCd();
    argocd.put(
      { key: KEY, health: 'Degraded', revision: 'a' },
      { workloads: [{ kind: 'Deployment', namespace: 'p', name: 'pay' }] },
    );
    expect(await argocd.listApplications('staging', call)).toHaveLength(1);
    expect(await argocd.getApplication(KEY, call)).toMatchObject({
      health: 'Degraded',
      revision: 'a',
      workloads: [{ name: 'pay' }],
    });
    argocd.remove(KEY);
    await expect(argocd.getApplication(KEY, call)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });

    const kubernetes = new FakeKubernetes();
    kubernetes.put({ namespace: 'p', name: 'pay', available: 0 });
    expect(
      await kubernetes.getDeployment({ instance: 'staging' }, 'p', 'pay', call),
    ).toMatchObject({ desired: 1, available: 0 });

    const metrics = new FakeMetricsSource();
    metrics.put('pay', 'a', 0.998);
    const request = {
      application: 'pay',
      environment: 'staging',
      at: 0,
      windowMs: 1,
    };
    expect(await metrics.uptime({ ...request, revision: 'a' }, call)).toBe(
      0.998,
    );
    expect(
      await metrics.uptime({ ...request, revision: 'b' }, call),
    ).toBeUndefined();
    expect(records.map(record => record.result)).toEqual([
      'success',
      'success',
      'failure',
      'success',
      'success',
      'success',
    ]);
  });

  it('fail when told to, each for itself', async () => {
    const { call } = context();
    const down = new PortError('UNAVAILABLE', 'down');
    const one = new FakeArgoCd();
    const other = new FakeArgoCd();
    one.mishaps.failNext('listApplications', down);
    await expect(one.listApplications('staging', call)).rejects.toBe(down);
    expect(await one.listApplications('staging', call)).toEqual([]);
    one.mishaps.failAlways('listApplications', down);
    await expect(one.listApplications('staging', call)).rejects.toBe(down);
    await expect(one.listApplications('staging', call)).rejects.toBe(down);
    one.mishaps.failAlways('listApplications', undefined);
    expect(await one.listApplications('staging', call)).toEqual([]);
    expect(await other.listApplications('staging', call)).toEqual([]);
  });

  it('have the manners of GitHub', async () => {
    const { call } = context();
    const github = new FakeGitHub();
    const baseSha = github.commit('staging', 'app.yaml', 'bad');
    const request = {
      repository: 'my-org/pay',
      baseBranch: 'staging',
      headBranch: 'rollback/pay-abc1234',
      change: {
        baseSha,
        files: [{ path: 'app.yaml', before: 'bad', after: 'good' }],
      },
      title: 't',
      body: 'b',
      labels: ['ai-operator'],
      commitMessage: 'm',
    };
    const first = await github.openPullRequest(request, call);
    const second = await github.openPullRequest(request, call);
    expect(first).toMatchObject({ pullRequest: { adopted: false } });
    expect(second).toMatchObject({ pullRequest: { adopted: true } });
    const [pull] = github.pulls;
    const { number, headSha } = pull.now;
    const merge = (sha: string) =>
      github.mergePullRequest(
        {
          repository: 'my-org/pay',
          number,
          headSha: sha,
          baseBranch: 'staging',
          holdLabel: 'do-not-merge/hold',
          commitTitle: '',
          commitMessage: '',
        },
        call,
      );
    expect(await merge('other')).toMatchObject({ headMoved: true });
    pull.now = { ...pull.now, mergeableState: 'blocked' };
    expect(await merge(headSha)).toMatchObject({
      result: 'refused',
      headMoved: false,
    });
    pull.now = { ...pull.now, mergeableState: 'clean' };
    expect(await merge(headSha)).toMatchObject({ mergedBy: 'operator' });
    expect(
      await github.readManifest('my-org/pay', 'staging', 'app.yaml', call),
    ).toMatchObject({ content: 'good' });
    expect(
      await github.openPullRequest(
        { ...request, headBranch: 'rollback/pay-def5678' },
        call,
      ),
    ).toMatchObject({ result: 'conflict' });
    const close = () =>
      github.closePullRequest(
        { repository: 'my-org/pay', number, comment: 'c', marker: 'm' },
        call,
      );
    expect(await close()).toBe('already_merged');
  });
});
