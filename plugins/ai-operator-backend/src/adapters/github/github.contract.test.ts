import { z } from 'zod';
import { DEMO_ACCESS } from '@ai-operator/world';
import {
  badDeployment,
  git,
  MANIFEST_PATH,
  REPOSITORY,
  requestOf,
  rest,
} from '../__testUtils__/rollbackInWorld';
import {
  startWorldAdapters,
  WorldAdapters,
} from '../__testUtils__/worldAdapters';

// Each test has a world of its own, git repositories included.
jest.setTimeout(30_000);

const PATH = MANIFEST_PATH;
const CHECKS = ['branch-protection-check', 'lint', 'test'];
const DAY = 24 * 3_600_000;

function requestsTo(bench: WorldAdapters): () => number {
  const before = bench.budgets.length;
  return () => bench.budgets.length - before;
}

describe('GitHub', () => {
  let bench: WorldAdapters;

  beforeEach(async () => {
    bench = await startWorldAdapters();
  });
  afterEach(async () => {
    await bench.stop();
  });

  it('carries a whole rollback, from the manifest to a squash on the branch', async () => {
    const { github, call } = bench;
    const { request, change, target, current } = await badDeployment(bench);

    const opened = await github.openPullRequest(request, call);
    expect(opened).toEqual({
      result: 'opened',
      pullRequest: {
        number: expect.any(Number),
        url: expect.stringContaining('/my-org/payment-service/pull/'),
        title: request.title,
        headBranch: request.headBranch,
        baseBranch: 'staging',
        headSha: expect.stringMatching(/^[0-9a-f]{40}$/),
        adopted: false,
      },
    });
    if (opened.result !== 'opened') {
      throw new Error('not opened');
    }
    const { number, headSha } = opened.pullRequest;

    const commit = await git(bench).commit(headSha);
    expect(commit?.parents).toEqual([change.baseSha]);
    expect(commit?.message.trim()).toBe(request.commitMessage);
    const difference = await git(bench).compare(change.baseSha, headSha);
    expect(difference?.files.map(file => file.path)).toEqual([PATH]);

    const pending = await github.getChecks(
      REPOSITORY,
      'staging',
      headSha,
      call,
    );
    expect(pending.headSha).toBe(headSha);
    expect(pending.checks.map(check => check.name).sort()).toEqual(CHECKS);
    expect(
      pending.checks.every(
        check => check.required && check.state === 'pending',
      ),
    ).toBe(true);

    await github.getPullRequest(REPOSITORY, number, call);
    const waiting = await github.getPullRequest(REPOSITORY, number, call);
    expect(waiting).toMatchObject({
      state: 'open',
      headSha,
      labels: ['ai-operator', 'rollback', 'staging'],
      mergeableState: 'blocked',
      mergeQueue: false,
      approvals: { have: 0, need: 0 },
    });
    expect(waiting.blockers).toHaveLength(1);

    expect(
      await github.listRollbackPullRequests(
        REPOSITORY,
        'staging',
        'payment-service',
        call,
      ),
    ).toEqual([
      {
        number,
        headBranch: request.headBranch,
        author: DEMO_ACCESS.github.operatorLogin,
        url: opened.pullRequest.url,
      },
    ]);
    expect(
      await github.listRollbackPullRequests(
        REPOSITORY,
        'staging',
        'payment',
        call,
      ),
    ).toEqual([]);

    const merge = {
      repository: REPOSITORY,
      number,
      headSha,
      baseBranch: 'staging',
      holdLabel: 'do-not-merge/hold',
      commitTitle: request.title,
      commitMessage: 'Correlation ID: 5f0c',
    };
    expect(await github.mergePullRequest(merge, call)).toEqual({
      result: 'refused',
      because: expect.stringContaining("it calls it 'blocked'"),
      headMoved: false,
    });

    await bench.clock.advance(200_000);
    const done = await github.getChecks(REPOSITORY, 'staging', headSha, call);
    expect(done.checks.every(check => check.state === 'success')).toBe(true);
    await github.getPullRequest(REPOSITORY, number, call);
    expect(await github.getPullRequest(REPOSITORY, number, call)).toMatchObject(
      { mergeableState: 'clean', blockers: [] },
    );

    const merged = await github.mergePullRequest(merge, call);
    expect(merged).toEqual({
      result: 'merged',
      mergeSha: expect.stringMatching(/^[0-9a-f]{40}$/),
      mergedBy: 'operator',
    });
    expect(await github.mergePullRequest(merge, call)).toEqual(merged);
    const tip = await git(bench).resolve('refs/heads/staging');
    expect(merged).toMatchObject({ mergeSha: tip });
    const squash = await git(bench).commit(tip ?? '');
    expect(squash?.parents).toEqual([change.baseSha]);
    expect(squash?.message).toContain(request.title);
    const now = await github.readManifest(REPOSITORY, 'staging', PATH, call);
    expect(now.content).toBe(change.files[0].after);
    expect(now.content).toContain(`targetRevision: ${target}`);
    expect(now.content).not.toContain(current);

    expect(await github.getPullRequest(REPOSITORY, number, call)).toMatchObject(
      {
        state: 'merged',
        mergeSha: tip,
        endedBy: DEMO_ACCESS.github.operatorLogin,
        blockers: [],
      },
    );
    expect(
      await github.closePullRequest(
        { repository: REPOSITORY, number, comment: 'x', marker: 'm' },
        call,
      ),
    ).toBe('already_merged');

    const names = bench.records.map(record => record.name);
    expect(names.filter(name => name === 'github.createPullRequest')).toEqual([
      'github.createPullRequest',
    ]);
    expect(
      names.filter(name => name === 'github.mergePullRequest'),
    ).toHaveLength(3);
    expect(JSON.stringify(bench.records)).not.toContain(
      DEMO_ACCESS.github.operatorToken,
    );
  });

  it('finds the history with its CI in few requests', async () => {
    const { current } = await badDeployment(bench);
    const requests = requestsTo(bench);
    const history = await bench.github.listHistory(
      {
        repository: REPOSITORY,
        branch: 'staging',
        revision: current,
        since: bench.clock.now() - 30 * DAY,
        limit: 50,
      },
      bench.call,
    );
    expect(requests()).toBe(2);
    expect(history.onBranch).toBe(true);
    expect(history.commits.map(commit => commit.sha)).not.toContain(current);
    const times = history.commits.map(commit => commit.committedAt);
    expect(times).toEqual([...times].sort((a, b) => b - a));
    const byMessage = new Map(
      history.commits.map(commit => [commit.message.split('\n')[0], commit]),
    );
    expect(
      [...byMessage].find(([message]) =>
        message.startsWith('Batch settlement'),
      )?.[1],
    ).toMatchObject({ ci: 'failure' });
    expect(
      [...byMessage].find(([message]) =>
        message.startsWith('Fix payment processing bug'),
      )?.[1],
    ).toMatchObject({
      ci: 'success',
      author: { name: expect.any(String), email: expect.stringContaining('@') },
      url: expect.stringContaining('/my-org/payment-service/commit/'),
    });
  });

  it('stops at its limits, and says so', async () => {
    const { current } = await badDeployment(bench);
    const ask = (limit: number, days: number) =>
      bench.github.listHistory(
        {
          repository: REPOSITORY,
          branch: 'staging',
          revision: current,
          since: bench.clock.now() - days * DAY,
          limit,
        },
        bench.call,
      );
    expect(await ask(2, 30)).toMatchObject({
      truncated: true,
      commits: { length: 2 },
    });
    const recent = await ask(50, 3);
    expect(recent.truncated).toBe(true);
    expect(
      recent.commits.every(
        commit => commit.committedAt >= bench.clock.now() - 3 * DAY,
      ),
    ).toBe(true);
    expect((await ask(50, 365)).truncated).toBe(false);
  });

  it('tells a revision of another branch, and one that is not there', async () => {
    const { current } = await badDeployment(bench);
    const ask = (branch: string, revision: string) =>
      bench.github.listHistory(
        {
          repository: REPOSITORY,
          branch,
          revision,
          since: 0,
          limit: 5,
        },
        bench.call,
      );
    expect(await ask('main', current)).toMatchObject({ onBranch: false });
    await expect(ask('staging', '1'.repeat(40))).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: `Revision ${'1'.repeat(40)} is not in my-org/payment-service`,
    });
    await expect(ask('staging', 'HEAD~1')).rejects.toMatchObject({
      code: 'VALIDATION',
    });
  });

  it('adopts the pull request an earlier try opened, labels and all', async () => {
    const { request } = await badDeployment(bench);
    const first = await bench.github.openPullRequest(request, bench.call);
    if (first.result !== 'opened') {
      throw new Error('not opened');
    }
    const { number, headSha } = first.pullRequest;
    await rest(bench, `/issues/${number}/labels/rollback`, {
      method: 'DELETE',
      body: undefined,
    });
    const second = await bench.github.openPullRequest(request, bench.call);
    expect(second).toMatchObject({
      result: 'opened',
      pullRequest: { number, headSha, adopted: true },
    });
    expect(
      (
        await bench.github.getPullRequest(REPOSITORY, number, bench.call)
      ).labels.sort(),
    ).toEqual(['ai-operator', 'rollback', 'staging']);
    expect(
      bench.world.github
        .pulls(REPOSITORY)
        .filter(pull => pull.state === 'open'),
    ).toHaveLength(1);
  });

  it.each([1, 2, 3, 4, 5])(
    'is safe when the %d. change is lost on its way',
    async lost => {
      const { request } = await badDeployment(bench);
      let posts = 0;
      const original = globalThis.fetch;
      const spy = jest
        .spyOn(globalThis, 'fetch')
        .mockImplementation(async (input, init) => {
          const answer = await original(input, init);
          if (init?.method === 'POST' && !String(input).endsWith('graphql')) {
            posts += 1;
            if (posts === lost) {
              throw Object.assign(new TypeError('fetch failed'), {
                cause: Object.assign(new Error('reset'), {
                  code: 'ECONNRESET',
                }),
              });
            }
          }
          return answer;
        });
      let result;
      try {
        result = await bench.github
          .openPullRequest(request, bench.call)
          .catch(() => bench.github.openPullRequest(request, bench.call));
      } finally {
        spy.mockRestore();
      }
      expect(result).toMatchObject({ result: 'opened' });
      const open = bench.world.github
        .pulls(REPOSITORY)
        .filter(pull => pull.state === 'open');
      expect(open).toHaveLength(1);
      expect(open[0].labels).toEqual(request.labels);
      // Tree, commit, branch, pull request, labels: the answer was really lost.
      expect(posts).toBeGreaterThanOrEqual(lost);
    },
  );

  it('does not build on a base that has moved', async () => {
    const { request, change } = await badDeployment(bench);
    const { sha } = await bench.world.control.moveBranch({
      service: 'payment-service',
    });
    expect(await bench.github.openPullRequest(request, bench.call)).toEqual({
      result: 'conflict',
      because: `Branch 'staging' has moved from ${change.baseSha} to ${sha}`,
    });
    expect(
      await git(bench).resolve(`refs/heads/${request.headBranch}`),
    ).toBeUndefined();
  });

  it('moves its own forgotten branch to the new base, and leaves other work alone', async () => {
    const { request, target } = await badDeployment(bench);
    await rest(bench, '/git/refs', {
      method: 'POST',
      body: {
        ref: `refs/heads/${request.headBranch}`,
        sha: request.change.baseSha,
      },
    });
    expect(
      await bench.github.openPullRequest(request, bench.call),
    ).toMatchObject({
      result: 'conflict',
      because: expect.stringContaining('exists with other work on it'),
    });
    await rest(bench, `/git/refs/heads/${request.headBranch}`, {
      method: 'DELETE',
      body: undefined,
    });

    const first = await bench.github.openPullRequest(request, bench.call);
    if (first.result !== 'opened') {
      throw new Error('not opened');
    }
    await bench.world.github.closePullRequest(
      REPOSITORY,
      first.pullRequest.number,
      'alice',
    );
    await bench.world.control.moveBranch({ service: 'payment-service' });
    const manifest = await bench.github.readManifest(
      REPOSITORY,
      'staging',
      PATH,
      bench.call,
    );
    const again = await bench.github.openPullRequest(
      requestOf(target, { ...request.change, baseSha: manifest.baseSha }),
      bench.call,
    );
    expect(again).toMatchObject({
      result: 'opened',
      pullRequest: { adopted: false },
    });
    if (again.result !== 'opened') {
      throw new Error('not opened');
    }
    const commit = await git(bench).commit(again.pullRequest.headSha);
    expect(commit?.parents).toEqual([manifest.baseSha]);
  });

  it('does not adopt a pull request that changes something else', async () => {
    const { request } = await badDeployment(bench);
    const other = {
      ...request,
      change: {
        ...request.change,
        files: [
          {
            ...request.change.files[0],
            after: `${request.change.files[0].before}# something else\n`,
          },
        ],
      },
    };
    await bench.github.openPullRequest(other, bench.call);
    expect(
      await bench.github.openPullRequest(request, bench.call),
    ).toMatchObject({
      result: 'conflict',
      because: expect.stringContaining('does not make the planned change'),
    });
  });

  it('does not adopt the planned change on top of somebody else’s commit', async () => {
    const { request, change } = await badDeployment(bench);
    const author = {
      name: 'Mallory',
      email: 'mallory@example.com',
      date: bench.clock.now(),
    };
    await git(bench).commitFiles({
      branch: request.headBranch,
      parent: change.baseSha,
      files: { 'src/backdoor.ts': 'export {};\n' },
      message: 'Something else',
      author,
    });
    await git(bench).commitFiles({
      branch: request.headBranch,
      files: { [PATH]: change.files[0].after },
      message: request.commitMessage,
      author,
    });
    await rest(bench, '/pulls', {
      method: 'POST',
      body: {
        title: request.title,
        head: request.headBranch,
        base: request.baseBranch,
      },
    });
    expect(
      await bench.github.openPullRequest(request, bench.call),
    ).toMatchObject({
      result: 'conflict',
      because: expect.stringContaining('more than the planned change'),
    });
  });

  it('adopts on a base that has moved meanwhile, when nothing but the plan is in it', async () => {
    const { request } = await badDeployment(bench);
    await bench.github.openPullRequest(request, bench.call);
    const { sha } = await bench.world.control.moveBranch({
      service: 'payment-service',
    });
    expect(
      await bench.github.openPullRequest(
        { ...request, change: { ...request.change, baseSha: sha } },
        bench.call,
      ),
    ).toMatchObject({ result: 'opened', pullRequest: { adopted: true } });
  });

  it('uses the branch of an earlier, finished rollback to the same target again', async () => {
    const { request } = await badDeployment(bench);
    const first = await bench.github.openPullRequest(request, bench.call);
    if (first.result !== 'opened') {
      throw new Error('not opened');
    }
    await bench.world.github.closePullRequest(
      REPOSITORY,
      first.pullRequest.number,
      'alice',
    );
    const { sha } = await bench.world.control.moveBranch({
      service: 'payment-service',
    });
    const again = await bench.github.openPullRequest(
      {
        ...request,
        change: { ...request.change, baseSha: sha },
        commitMessage: `${request.title}\n\nCorrelation-ID: another`,
      },
      bench.call,
    );
    expect(again).toMatchObject({
      result: 'opened',
      pullRequest: { adopted: false },
    });
    if (again.result !== 'opened') {
      throw new Error('not opened');
    }
    const commit = await git(bench).commit(again.pullRequest.headSha);
    expect(commit?.parents).toEqual([sha]);
  });

  it('refuses a plan made from another file than the one at the base', async () => {
    const { request } = await badDeployment(bench);
    const [file] = request.change.files;
    await expect(
      bench.github.openPullRequest(
        {
          ...request,
          change: {
            ...request.change,
            files: [{ ...file, before: `${file.before}\n` }],
          },
        },
        bench.call,
      ),
    ).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('merges no other head than the one it was told', async () => {
    const { request } = await badDeployment(bench);
    const opened = await bench.github.openPullRequest(request, bench.call);
    if (opened.result !== 'opened') {
      throw new Error('not opened');
    }
    const { number, headSha } = opened.pullRequest;
    await bench.clock.advance(200_000);
    const merge = (sha: string) =>
      bench.github.mergePullRequest(
        {
          repository: REPOSITORY,
          number,
          headSha: sha,
          baseBranch: 'staging',
          holdLabel: 'do-not-merge/hold',
          commitTitle: 't',
          commitMessage: 'm',
        },
        bench.call,
      );
    expect(await merge(request.change.baseSha)).toEqual({
      result: 'refused',
      because: `The head of pull request #${number} has moved from ${request.change.baseSha} to ${headSha}`,
      headMoved: true,
    });
    await bench.world.control.mergePullRequest({ service: 'payment-service' });
    expect(await merge(headSha)).toMatchObject({
      result: 'merged',
      mergedBy: 'human',
    });
  });

  it('does not merge what was held back or sent to another branch at the last moment', async () => {
    const { request } = await badDeployment(bench);
    const opened = await bench.github.openPullRequest(request, bench.call);
    if (opened.result !== 'opened') {
      throw new Error('not opened');
    }
    const { number, headSha } = opened.pullRequest;
    await bench.clock.advance(200_000);
    const merge = () =>
      bench.github.mergePullRequest(
        {
          repository: REPOSITORY,
          number,
          headSha,
          baseBranch: 'staging',
          holdLabel: 'do-not-merge/hold',
          commitTitle: 't',
          commitMessage: 'm',
        },
        bench.call,
      );
    await rest(bench, `/issues/${number}/labels`, {
      method: 'POST',
      body: { labels: ['Do-Not-Merge/Hold'] },
    });
    expect(await merge()).toMatchObject({
      result: 'refused',
      because: expect.stringContaining('do-not-merge/hold'),
      headMoved: false,
    });
    await rest(bench, `/issues/${number}/labels/Do-Not-Merge%2FHold`, {
      method: 'DELETE',
      body: undefined,
    });
    await rest(bench, `/pulls/${number}`, {
      method: 'PATCH',
      body: { base: 'main' },
    });
    expect(await merge()).toMatchObject({
      result: 'refused',
      because: expect.stringContaining("goes to 'main'"),
      headMoved: false,
    });
  });

  it('reports a merge as done whose answer was lost', async () => {
    const { request } = await badDeployment(bench);
    const opened = await bench.github.openPullRequest(request, bench.call);
    if (opened.result !== 'opened') {
      throw new Error('not opened');
    }
    await bench.clock.advance(200_000);
    const merge = () =>
      bench.github.mergePullRequest(
        {
          repository: REPOSITORY,
          number: opened.pullRequest.number,
          headSha: opened.pullRequest.headSha,
          baseBranch: 'staging',
          holdLabel: 'do-not-merge/hold',
          commitTitle: 't',
          commitMessage: 'm',
        },
        bench.call,
      );
    const original = globalThis.fetch;
    const spy = jest
      .spyOn(globalThis, 'fetch')
      .mockImplementation(async (input, init) => {
        const answer = await original(input, init);
        if (init?.method === 'PUT') {
          throw Object.assign(new TypeError('fetch failed'), {
            cause: { code: 'ECONNRESET' },
          });
        }
        return answer;
      });
    try {
      await expect(merge()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    } finally {
      spy.mockRestore();
    }
    expect(await merge()).toMatchObject({
      result: 'merged',
      mergedBy: 'operator',
    });
  });

  it('closes once, with one comment, and deletes its branch', async () => {
    const { request } = await badDeployment(bench);
    const opened = await bench.github.openPullRequest(request, bench.call);
    if (opened.result !== 'opened') {
      throw new Error('not opened');
    }
    const { number } = opened.pullRequest;
    const close = () =>
      bench.github.closePullRequest(
        {
          repository: REPOSITORY,
          number,
          comment: 'Health restored before merge, rollback no longer needed',
          marker: 'ai-operator:5f0c:close',
          deleteBranch: request.headBranch,
        },
        bench.call,
      );
    expect(await close()).toBe('closed');
    expect(await close()).toBe('already_closed');
    const comments = z
      .array(z.object({ body: z.string() }))
      .parse((await rest(bench, `/issues/${number}/comments`)).body);
    expect(comments).toEqual([
      {
        body: 'Health restored before merge, rollback no longer needed\n\n<!-- ai-operator:5f0c:close -->',
      },
    ]);
    expect(
      await git(bench).resolve(`refs/heads/${request.headBranch}`),
    ).toBeUndefined();
    expect(
      await bench.github.getPullRequest(REPOSITORY, number, bench.call),
    ).toMatchObject({
      state: 'closed',
      endedBy: DEMO_ACCESS.github.operatorLogin,
    });
  });

  it('raises one issue per incident and keeps it up to date', async () => {
    const raise = (title: string, marker = 'ai-operator:5f0c:escalation') =>
      bench.github.raiseIssue(
        {
          repository: REPOSITORY,
          title,
          body: `Why: ${title}`,
          labels: ['ai-operator', 'escalation', 'urgent', 'staging'],
          marker,
        },
        bench.call,
      );
    const first = await raise('CI failure');
    expect(first).toEqual({
      number: expect.any(Number),
      url: expect.stringContaining(`/issues/${first.number}`),
    });
    expect(await raise('CI timeout')).toEqual(first);
    const other = await raise('Another one', 'ai-operator:77aa:escalation');
    expect(other.number).not.toBe(first.number);

    const issue = z.object({
      title: z.string(),
      body: z.string(),
      state: z.string(),
      labels: z.array(z.object({ name: z.string() })),
    });
    await rest(bench, `/issues/${first.number}`, {
      method: 'PATCH',
      body: { state: 'closed' },
    });
    await rest(bench, `/issues/${first.number}/labels`, {
      method: 'POST',
      body: { labels: ['seen-by-oncall'] },
    });
    expect(await raise('Approval timeout')).toEqual(first);
    const after = issue.parse(
      (await rest(bench, `/issues/${first.number}`)).body,
    );
    expect(after).toMatchObject({
      title: 'Approval timeout',
      body: 'Why: Approval timeout\n\n<!-- ai-operator:5f0c:escalation -->',
      // Somebody closed it, so it stays closed.
      state: 'closed',
    });
    expect(after.labels.map(label => label.name).sort()).toEqual([
      'ai-operator',
      'escalation',
      'seen-by-oncall',
      'staging',
      'urgent',
    ]);
  });

  it('says which file or branch is not there', async () => {
    await expect(
      bench.github.readManifest(REPOSITORY, 'nowhere', PATH, bench.call),
    ).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining("has no branch 'nowhere'"),
    });
    await expect(
      bench.github.readManifest(
        REPOSITORY,
        'staging',
        'no/such.yaml',
        bench.call,
      ),
    ).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining("no file 'no/such.yaml'"),
    });
    await expect(
      bench.github.readManifest(REPOSITORY, 'staging', '.argocd', bench.call),
    ).rejects.toMatchObject({
      code: 'VALIDATION',
      message: expect.stringContaining('is not a file'),
    });
  });

  it('asks again without spending its budget', async () => {
    const read = () =>
      bench.github.readManifest(REPOSITORY, 'staging', PATH, bench.call);
    const first = await read();
    const spent = bench.budgets[bench.budgets.length - 1].remaining;
    expect(await read()).toEqual(first);
    expect(bench.budgets[bench.budgets.length - 1].remaining).toBe(spent);
    expect(bench.budgets[0]).toMatchObject({
      host: new URL(bench.url).host,
      resource: 'core',
      limit: 5_000,
    });
  });

  it('knows its repositories by their clone URLs', () => {
    const { host } = new URL(bench.url);
    const slug = (url: string) => bench.github.repositorySlug(url);
    expect(slug(`http://${host}/my-org/payment-service.git`)).toBe(REPOSITORY);
    expect(slug(`http://${host}/my-org/payment-service`)).toBe(REPOSITORY);
    expect(slug('https://github.com/my-org/other')).toBe(
      'github.com/my-org/other',
    );
    expect(slug('git@github.com:my-org/other.git')).toBe(
      'github.com/my-org/other',
    );
    expect(slug('https://gitlab.com/my-org/other')).toBeUndefined();
    expect(slug('https://charts.example.com/stable')).toBeUndefined();
    expect(slug('not a url')).toBeUndefined();
    expect(bench.github.commitUrl(REPOSITORY, 'abc')).toBe(
      `${bench.url}/my-org/payment-service/commit/abc`,
    );
    expect(bench.github.commitUrl('github.com/my-org/other', 'abc')).toBe(
      'https://github.com/my-org/other/commit/abc',
    );
  });

  describe('when something is wrong', () => {
    const read = () =>
      bench.github.readManifest(REPOSITORY, 'staging', PATH, bench.call);

    it.each([
      [
        'refused credentials',
        { kind: 'status', status: 401 },
        'UNAUTHENTICATED',
      ],
      [
        'permission denied',
        { kind: 'status', status: 403 },
        'PERMISSION_DENIED',
      ],
      ['an outage', { kind: 'status', status: 502 }, 'UNAVAILABLE'],
      ['an answer that does not come', { kind: 'hang' }, 'TIMEOUT'],
      ['a connection that breaks', { kind: 'reset' }, 'UNAVAILABLE'],
      ['half a document', { kind: 'malformed' }, 'MALFORMED_ANSWER'],
      [
        'a rate limit whose end is far',
        { kind: 'rate-limit', retryAfterSeconds: 600 },
        'RATE_LIMITED',
      ],
    ] as const)('reports %s', async (_name, fault, code) => {
      const { github } = bench.reconfigured(data => ({
        ...data,
        aiOperator: { github: { requestTimeout: '300ms' } },
      }));
      bench.world.faults.add({ system: 'github', ...fault });
      await expect(
        github.readManifest(REPOSITORY, 'staging', PATH, bench.call),
      ).rejects.toMatchObject({ code });
      expect(bench.records).toMatchObject([{ errorCode: code }]);
    });

    it('waits for a limit that ends soon, and recovers from errors that pass', async () => {
      bench.world.faults.add({
        system: 'github',
        kind: 'rate-limit',
        retryAfterSeconds: 5,
        count: 1,
      });
      await read();
      expect(bench.slept).toEqual([5_000]);
      bench.forget();
      bench.world.faults.add({
        system: 'github',
        kind: 'status',
        status: 503,
        count: 3,
      });
      await read();
      expect(bench.slept).toEqual([1_000, 2_000, 4_000]);
      expect(bench.records).toMatchObject([{ retryCount: 3 }]);
    });

    it('takes the secondary limit for a limit, not for a refusal', async () => {
      bench.world.github.setSecondaryLimit(
        DEMO_ACCESS.github.operatorToken,
        120_000,
      );
      await expect(read()).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    });

    it('says when its credentials may only read', async () => {
      const { request } = await badDeployment(bench);
      const { github } = bench.reconfigured(data => ({
        ...data,
        integrations: {
          github: [
            {
              host: new URL(bench.url).host,
              apiBaseUrl: `${bench.url}/api/v3`,
              token: DEMO_ACCESS.github.readerToken,
            },
          ],
        },
      }));
      await expect(
        github.openPullRequest(request, bench.call),
      ).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
      expect(bench.slept).toEqual([]);
    });

    it('says when there are no credentials at all, or no such host', async () => {
      const { github } = bench.reconfigured(data => ({
        ...data,
        integrations: {
          github: [
            {
              host: new URL(bench.url).host,
              apiBaseUrl: `${bench.url}/api/v3`,
            },
          ],
        },
      }));
      await expect(
        github.readManifest(REPOSITORY, 'staging', PATH, bench.call),
      ).rejects.toMatchObject({
        code: 'MISCONFIGURED',
        message: expect.stringContaining('no credentials are configured'),
      });
      await expect(
        github.readManifest('ghe.example.com/a/b', 'staging', PATH, bench.call),
      ).rejects.toMatchObject({
        code: 'MISCONFIGURED',
        message: expect.stringContaining('integrations.github'),
      });
      await expect(
        github.readManifest('nonsense', 'staging', PATH, bench.call),
      ).rejects.toMatchObject({ code: 'VALIDATION' });
    });
  });
});
