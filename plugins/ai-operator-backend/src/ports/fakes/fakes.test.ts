import { CallRecord, PortError } from '..';
import { FakeArgoCd } from './FakeArgoCd';
import { FakeAuditSink } from './FakeAuditSink';
import { FakeGitHub } from './FakeGitHub';
import { FakeKubernetes } from './FakeKubernetes';
import { FakeMetricsSource } from './FakeMetricsSource';
import { FakeNotifier } from './FakeNotifier';
import { FakePager } from './FakePager';
import { FakePeople } from './FakePeople';

const KEY = { instance: 'staging', namespace: 'argocd', name: 'pay' };

function context() {
  const records: CallRecord[] = [];
  return {
    records,
    call: { record: (each: CallRecord) => records.push(each) },
  };
}

/** A GitHub with one open pull request of the operator. */
async function withPullRequest() {
  const github = new FakeGitHub();
  const opened = await github.openPullRequest(
    {
      repository: 'my-org/pay',
      baseBranch: 'main',
      headBranch: 'rollback/pay-abc1234',
      change: { baseSha: github.commit('main', 'app.yaml', 'bad'), files: [] },
      title: 't',
      body: 'b',
      labels: ['ai-operator'],
      commitMessage: 'm',
    },
    context().call,
  );
  if (opened.result !== 'opened') {
    throw new Error('not opened');
  }
  const { number, headSha } = opened.pullRequest;
  return { github, number, headSha };
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

  it('count the last word of every reviewer', async () => {
    const { call } = context();
    const { github, number, headSha } = await withPullRequest();
    github.review(number, { login: 'alice' });
    github.review(number, { login: 'erin' });
    github.review(number, { login: 'Alice', state: 'CHANGES_REQUESTED' });
    expect(await github.getReviews('my-org/pay', number, call)).toMatchObject({
      author: 'ai-operator[bot]',
      reviews: [
        { login: 'Alice', state: 'CHANGES_REQUESTED', headSha },
        { login: 'erin', state: 'APPROVED', headSha },
      ],
    });
  });

  it('let a person approve with their own token, and keep it to themselves', async () => {
    const { call, records } = context();
    const { github, number, headSha } = await withPullRequest();
    github.tokens.set('gho_of_alice', 'alice');
    const submit = (token: string, login: string, sha = headSha) =>
      github.submitReview(
        {
          repository: 'my-org/pay',
          number,
          headSha: sha,
          body: '',
          token,
          login,
        },
        call,
      );
    expect(await submit('gho_nobody', 'alice')).toMatchObject({
      result: 'refused',
    });
    expect(await submit('gho_of_alice', 'erin')).toMatchObject({
      result: 'refused',
    });
    expect(await submit('gho_of_alice', 'alice', 'older')).toMatchObject({
      result: 'refused',
    });
    expect(await submit('gho_of_alice', 'alice')).toEqual({
      result: 'submitted',
    });
    expect(await submit('gho_of_alice', 'alice')).toEqual({
      result: 'already_approved',
    });
    github.pull(number).author = 'erin';
    github.tokens.set('gho_of_erin', 'erin');
    expect(await submit('gho_of_erin', 'erin')).toMatchObject({
      result: 'refused',
    });
    expect(JSON.stringify(records)).not.toContain('gho_');
  });

  it('talk under an issue as GitHub does', async () => {
    const { call } = context();
    const github = new FakeGitHub({ now: () => 7 });
    const raise = (title: string) =>
      github.raiseIssue(
        { repository: 'r/r', title, body: 'b', labels: [], marker: 'm' },
        call,
      );
    const { number } = await raise('first');
    const written = github.issues.comment(number, {
      login: 'alice',
      body: 'APPROVE',
    });
    const answerIt = (commentId: number) =>
      github.answerComment(
        {
          repository: 'r/r',
          issueNumber: number,
          commentId,
          reaction: '+1',
          reply: 'Approved.',
          marker: 'a',
        },
        call,
      );
    expect(await answerIt(written.id)).toBe('answered');
    expect(await answerIt(written.id)).toBe('answered');
    expect(await github.listIssueComments('r/r', number, call)).toEqual([
      {
        id: written.id,
        login: 'alice',
        isBot: false,
        body: 'APPROVE',
        createdAt: 7,
        updatedAt: 7,
        url: written.url,
      },
      expect.objectContaining({ body: 'Approved.', isBot: true }),
    ]);
    expect(written.reactions).toEqual(['+1']);
    github.issues.deleteComment(written.id);
    expect(await answerIt(written.id)).toBe('gone');

    const close = (marker: string) =>
      github.closeIssue(
        { repository: 'r/r', marker, comment: 'Over.', commentMarker: 'c' },
        call,
      );
    expect(await close('other')).toBe('no_issue');
    expect(await close('m')).toBe('closed');
    expect(await close('m')).toBe('already_closed');
    expect(await raise('second')).toMatchObject({ number });
    expect(github.issues.get('m')).toMatchObject({
      title: 'second',
      state: 'closed',
      comments: [{ body: 'Approved.' }, { body: 'Over.' }],
    });
    await expect(
      github.listIssueComments('r/r', 1, call),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('know teams and the budget only when told', async () => {
    const { call } = context();
    const github = new FakeGitHub();
    await expect(
      github.listTeamMembers('my-org/seniors', call),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    github.teams.set('my-org/seniors', ['alice']);
    expect(await github.listTeamMembers('my-org/seniors', call)).toEqual([
      'alice',
    ]);
    expect(github.budget('my-org/pay')).toBeUndefined();
    github.budgetNow = { limit: 5_000, remaining: 99, resetAt: 1 };
    expect(github.budget('my-org/pay')).toMatchObject({ remaining: 99 });
  });

  it('know people by both their names, and strangers without roles', async () => {
    const { call, records } = context();
    const people = new FakePeople();
    people.put({ entityRef: 'user:default/alice', login: 'alice-m' }, [
      'senior_maintainer',
    ]);
    const alice = {
      person: { entityRef: 'user:default/alice', login: 'alice-m' },
      roles: ['senior_maintainer'],
    };
    expect(await people.find({ login: 'Alice-M' }, call)).toEqual(alice);
    expect(
      await people.find({ entityRef: 'user:default/alice' }, call),
    ).toEqual(alice);
    expect(await people.find({ login: 'mallory' }, call)).toEqual({
      person: { login: 'mallory' },
      roles: [],
    });
    people.put({ login: 'alice-m' }, []);
    expect(
      await people.find({ entityRef: 'user:default/alice' }, call),
    ).toEqual({ ...alice, roles: [] });
    people.mishaps.failNext('find', new PortError('UNAVAILABLE', 'down'));
    await expect(people.find({}, call)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
    expect(await people.problems(call)).toEqual([]);
    expect(records).toHaveLength(6);
  });

  it('tell and wake people once per incident', async () => {
    const { call, records } = context();
    const notifier = new FakeNotifier();
    const message = {
      audience: 'oncall' as const,
      title: 'one',
      description: 'd',
      severity: 'high' as const,
      link: '/',
      scope: 'c-1',
    };
    expect(await notifier.send(message, call)).toBe('sent');
    expect(await notifier.send({ ...message, title: 'two' }, call)).toBe(
      'sent',
    );
    expect(notifier.sent).toHaveLength(2);
    expect([...notifier.threads.values()]).toMatchObject([{ title: 'two' }]);
    notifier.audiences = ['admins'];
    expect(await notifier.send(message, call)).toBe('nobody_to_tell');

    const pager = new FakePager();
    const page = {
      incident: 'c-1',
      application: 'pay',
      environment: 'production',
      summary: 's',
      details: 'd',
      link: '/',
    };
    expect(await pager.page(page, call)).toBe('paged');
    expect(await pager.page(page, call)).toBe('paged');
    expect(pager.incidents.size).toBe(1);
    pager.installed = false;
    expect(await pager.page({ ...page, incident: 'c-2' }, call)).toBe(
      'no_pager',
    );
    expect(pager.incidents.size).toBe(1);
    expect(new Set(records.map(record => record.name))).toEqual(
      new Set(['notifications.send', 'pager.page']),
    );
  });

  it('keep each record of the audit trail once', async () => {
    const { records, call } = context();
    const sink = new FakeAuditSink();
    const record = (seq: number) => ({
      seq,
      prevHash: `hash ${seq - 1}`,
      hash: `hash ${seq}`,
      at: seq,
      text: '{}',
    });
    await expect(sink.ship([record(1)], call)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await sink.prepare(call);
    sink.refusing.set(2, 'no');
    sink.overloaded.set(3, 'later');
    const all = [record(1), record(2), record(3)];
    await sink.ship(all, call);
    await expect(sink.ship(all, call)).resolves.toEqual([
      { seq: 1, result: 'stored' },
      { seq: 2, result: 'refused', because: 'no' },
      { seq: 3, result: 'later', because: 'later' },
    ]);
    expect(sink.seqs).toEqual([1]);
    await expect(sink.storedHashes({ from: 1, to: 3 }, call)).resolves.toEqual(
      new Map([[1, 'hash 1']]),
    );
    expect(records.map(({ name }) => name)).toEqual([
      'elasticsearch.bulk',
      'elasticsearch.prepare',
      'elasticsearch.bulk',
      'elasticsearch.bulk',
      'elasticsearch.search',
    ]);
  });
});
