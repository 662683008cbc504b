import { APP_PATHS } from './rest/meta';
import { restRoutes } from './rest/routes';
import { OpenApi } from './__testUtils__/openApi';
import {
  createPaymentService,
  startGitHub,
  type TestGitHub,
} from './__testUtils__/startGitHub';
import { type CreatedRepository } from './types';

const REPO = '/repos/my-org/payment-service';

/** Served for Backstage and people, described nowhere; or described for those only who are an app. */
const UNDESCRIBED = new Set([
  'get /repos/:owner/:repo/tarball',
  ...APP_PATHS.map(path => `get ${path}`),
]);

interface Answer {
  status: number;
  body: unknown;
  headers: Headers;
}

// Real git and real HTTP: a busy machine needs its time.
jest.setTimeout(60_000);

describe("answers agree with GitHub's own description", () => {
  const openApi = new OpenApi();
  const routes: Array<{ name: string; pattern: RegExp; method: string }> = [];
  const exercised = new Set<string>();
  let world: TestGitHub;
  let created: CreatedRepository;

  beforeAll(async () => {
    for (const group of restRoutes) {
      group((method, path) => {
        const source = path
          .replace(/\*/g, '.+')
          .replace(/:\w+/g, '[^/]+')
          .replace(/\//g, '\\/');
        routes.push({
          name: `${method} ${path}`,
          pattern: new RegExp(`^${source}$`),
          method,
        });
      });
    }
    world = await startGitHub();
    created = await createPaymentService(world.github);
  });
  afterAll(async () => {
    await world.stop();
  });

  async function ask(
    method: string,
    path: string,
    body?: unknown,
    token = 'alice-token',
  ): Promise<Answer> {
    const response = await fetch(`${world.url}/api/v3${path}`, {
      method: method.toUpperCase(),
      headers: {
        authorization: `token ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      redirect: 'manual',
    });
    const json = /json/.test(response.headers.get('content-type') ?? '');
    const text = await response.text();
    const route = routes.find(
      candidate =>
        candidate.method === method &&
        candidate.pattern.test(path.split('?')[0]),
    );
    if (route && response.ok) {
      exercised.add(route.name);
    }
    return {
      status: response.status,
      body: json ? JSON.parse(text) : undefined,
      headers: response.headers,
    };
  }

  /** Asks, and checks the answer against the description. */
  async function conform<T = unknown>(
    expected: number,
    method: string,
    path: string,
    body?: unknown,
    token?: string,
  ): Promise<T> {
    const answer = await ask(method, path, body, token);
    expect({
      asked: `${method} ${path}`,
      status: answer.status,
      message: answer.status === expected ? undefined : answer.body,
    }).toEqual({
      asked: `${method} ${path}`,
      status: expected,
      message: undefined,
    });
    expect(
      openApi.problems(method, path.split('?')[0], answer.status, answer.body),
    ).toEqual([]);
    return answer.body as T;
  }

  it('which is no empty claim', () => {
    expect(openApi.problems('get', '/user', 200, { login: 7 })).toContain(
      'get /user 200: /login must be string {"type":"string"}',
    );
    expect(openApi.problems('get', '/users/x/nothing/y', 200, {})).toEqual([
      'GitHub has no get /users/x/nothing/y',
    ]);
    expect(openApi.problems('get', '/user', 418, {})).toEqual([
      'GitHub does not answer get /user 418',
    ]);
  });

  it('for users, organisations, teams and limits', async () => {
    await conform(200, 'get', '/');
    await conform(200, 'get', '/meta');
    await conform(200, 'get', '/rate_limit');
    expect(await conform(200, 'get', '/user')).toMatchObject({
      login: 'alice',
      name: 'Alice Ahmed',
    });
    expect(await conform(200, 'get', '/user/emails')).toEqual([
      expect.objectContaining({ email: 'alice@example.com', primary: true }),
    ]);
    expect(await conform(200, 'get', '/user/orgs')).toHaveLength(1);
    expect(await conform(200, 'get', '/user/teams')).toMatchObject([
      { slug: 'senior-maintainers' },
    ]);
    await conform(200, 'get', '/users/dave');
    await conform(200, 'get', '/users/my-org');
    await conform(200, 'get', '/users/dave/orgs');
    await conform(404, 'get', '/users/nobody');
    await conform(200, 'get', '/orgs/my-org');
    await conform(404, 'get', '/orgs/nobody');
    expect(await conform(200, 'get', '/orgs/my-org/teams')).toHaveLength(3);
    await conform(200, 'get', '/orgs/my-org/teams/approvers');
    expect(
      await conform(200, 'get', '/orgs/my-org/teams/approvers/members'),
    ).toMatchObject([{ login: 'bob' }]);
    await conform(200, 'get', '/orgs/my-org/teams/approvers/memberships/bob');
    await conform(404, 'get', '/orgs/my-org/teams/approvers/memberships/dave');
    expect(await conform(200, 'get', '/orgs/my-org/members')).toHaveLength(4);
    await conform(204, 'get', '/orgs/my-org/members/bob');
    await conform(404, 'get', '/orgs/my-org/members/mallory');
  });

  it('for repositories, branches and protection', async () => {
    expect(await conform(200, 'get', REPO)).toMatchObject({
      default_branch: 'staging',
      permissions: { admin: true },
    });
    await conform(200, 'get', '/orgs/my-org/repos');
    await conform(200, 'get', '/users/my-org/repos');
    await conform(200, 'get', '/user/repos');
    await conform(404, 'get', '/repos/my-org/nothing');
    expect(
      await conform(200, 'get', `${REPO}/collaborators/bob/permission`),
    ).toMatchObject({ permission: 'write' });
    expect(await conform(200, 'get', `${REPO}/branches`)).toMatchObject([
      { name: 'staging', protected: true },
    ]);
    expect(await conform(200, 'get', `${REPO}/branches/staging`)).toMatchObject(
      {
        protected: true,
        protection: {
          required_status_checks: {
            contexts: ['test', 'lint', 'branch-protection-check'],
          },
        },
      },
    );
    await conform(404, 'get', `${REPO}/branches/nothing`);
    expect(
      await conform(200, 'get', `${REPO}/branches/staging/protection`),
    ).toMatchObject({
      enforce_admins: { enabled: true },
      required_status_checks: { strict: false },
    });
    expect(await conform(200, 'get', `${REPO}/rules/branches/staging`)).toEqual(
      [],
    );
    world.github.setProtection('my-org/payment-service', 'staging', {
      source: 'ruleset',
      requiredChecks: ['test'],
      requiredApprovals: 1,
      restrictions: { users: [], teams: [] },
      mergeQueue: true,
    });
    await conform(404, 'get', `${REPO}/branches/staging/protection`);
    expect(
      await conform(200, 'get', `${REPO}/rules/branches/staging`),
    ).toMatchObject([
      { type: 'required_status_checks' },
      { type: 'pull_request' },
      { type: 'non_fast_forward' },
      { type: 'deletion' },
      { type: 'merge_queue' },
    ]);
    world.github.setProtection('my-org/payment-service', 'staging', {
      requiredChecks: ['test', 'lint', 'branch-protection-check'],
      requiredApprovals: 1,
      dismissStaleReviews: true,
      restrictions: {
        users: ['ai-operator[bot]', 'bob'],
        teams: ['senior-maintainers'],
      },
    });
    await conform(200, 'get', `${REPO}/branches/staging/protection`);
    world.github.setProtection('my-org/payment-service', 'staging', {
      requiredChecks: ['test', 'lint', 'branch-protection-check'],
    });
  });

  it('for contents and commits', async () => {
    expect(
      await conform(200, 'get', `${REPO}/contents/src/version.txt`),
    ).toMatchObject({ type: 'file', encoding: 'base64', content: 'Mwo=\n' });
    expect(
      await conform(200, 'get', `${REPO}/contents/src?ref=staging`),
    ).toMatchObject([{ name: 'version.txt', type: 'file', size: 2 }]);
    expect(await conform(200, 'get', `${REPO}/contents/`)).toHaveLength(3);
    const root = await ask('get', `${REPO}/contents`);
    expect(root.body).toHaveLength(3);
    await conform(200, 'get', `${REPO}/readme`);
    await conform(404, 'get', `${REPO}/contents/nothing.txt`);
    await conform(404, 'get', `${REPO}/contents/README.md?ref=nothing`);
    const commits = await conform(200, 'get', `${REPO}/commits?per_page=2`);
    expect(commits).toHaveLength(2);
    expect(
      await conform(
        200,
        'get',
        `${REPO}/commits?sha=staging&path=.argocd/application.yaml`,
      ),
    ).toMatchObject([{ sha: created.commits.get('deploy') }]);
    expect(
      await conform(200, 'get', `${REPO}/commits?since=2026-02-27T00:00:00Z`),
    ).toHaveLength(2);
    expect(
      await conform(200, 'get', `${REPO}/commits/${created.commits.get('v3')}`),
    ).toMatchObject({
      stats: { total: 2, additions: 1, deletions: 1 },
      files: [{ filename: 'src/version.txt', patch: '@@ -1 +1 @@\n-2\n+3' }],
    });
    await conform(422, 'get', `${REPO}/commits/nothing`);
    const v1 = created.commits.get('v1');
    expect(
      await conform(200, 'get', `${REPO}/compare/${v1}...staging`),
    ).toMatchObject({
      status: 'ahead',
      ahead_by: 3,
      behind_by: 0,
      commits: [{}, {}, {}],
      files: [
        { filename: '.argocd/application.yaml', status: 'added' },
        { filename: 'src/version.txt', status: 'modified' },
      ],
    });
    expect(
      await conform(200, 'get', `${REPO}/compare/staging...${v1}`),
    ).toMatchObject({ status: 'behind', behind_by: 3, files: [] });
    await conform(404, 'get', `${REPO}/compare/staging...nothing`);
    expect(
      await conform(200, 'get', `${REPO}/commits/${v1}/pulls`),
    ).toMatchObject([{ number: 11, merge_commit_sha: v1 }]);
    const tarball = await fetch(`${world.url}/api/v3${REPO}/tarball/staging`);
    expect(tarball.headers.get('content-type')).toBe('application/x-gzip');
    exercised.add('get /repos/:owner/:repo/tarball/*');
  });

  it('for writing contents', async () => {
    world.github.setProtection('my-org/payment-service', 'docs', undefined);
    const head = created.commits.get('v0');
    await conform(201, 'post', `${REPO}/git/refs`, {
      ref: 'refs/heads/docs',
      sha: head,
    });
    const first = await conform<{ content: { sha: string } }>(
      201,
      'put',
      `${REPO}/contents/docs/a.md`,
      {
        message: 'Write',
        content: Buffer.from('one\n').toString('base64'),
        branch: 'docs',
      },
    );
    await conform(422, 'put', `${REPO}/contents/docs/a.md`, {
      message: 'Write again',
      content: '',
      branch: 'docs',
    });
    await conform(409, 'put', `${REPO}/contents/docs/a.md`, {
      message: 'Write again',
      content: '',
      branch: 'docs',
      sha: head,
    });
    const second = await conform<{ content: { sha: string } }>(
      200,
      'put',
      `${REPO}/contents/docs/a.md`,
      {
        message: 'Write again',
        content: Buffer.from('two\n').toString('base64'),
        branch: 'docs',
        sha: first.content.sha,
      },
    );
    await conform(
      409,
      'put',
      `${REPO}/contents/x.md`,
      {
        message: 'Past the protection',
        content: '',
        branch: 'staging',
      },
      'dave-token',
    );
    await conform(200, 'delete', `${REPO}/contents/docs/a.md`, {
      message: 'Remove',
      branch: 'docs',
      sha: second.content.sha,
    });
    expect(
      await conform(404, 'get', `${REPO}/contents/docs?ref=docs`),
    ).toMatchObject({ message: 'Not Found' });
  });

  it('for git objects and refs', async () => {
    const blob = await conform<{ sha: string }>(
      201,
      'post',
      `${REPO}/git/blobs`,
      {
        content: Buffer.from('binary\0').toString('base64'),
        encoding: 'base64',
      },
    );
    expect(
      await conform(200, 'get', `${REPO}/git/blobs/${blob.sha}`),
    ).toMatchObject({ size: 7 });
    await conform(404, 'get', `${REPO}/git/blobs/${'0'.repeat(40)}`);
    const head = created.commits.get('deploy') ?? '';
    const base = await conform<{ tree: { sha: string } }>(
      200,
      'get',
      `${REPO}/git/commits/${head}`,
    );
    const tree = await conform<{ sha: string }>(
      201,
      'post',
      `${REPO}/git/trees`,
      {
        base_tree: base.tree.sha,
        tree: [
          {
            path: 'deep/er/data.bin',
            mode: '100644',
            type: 'blob',
            sha: blob.sha,
          },
          { path: 'src/version.txt', mode: '100644', type: 'blob', sha: null },
          { path: 'note.txt', mode: '100644', type: 'blob', content: 'hello' },
        ],
      },
    );
    const listed = await conform<{ tree: Array<{ path: string }> }>(
      200,
      'get',
      `${REPO}/git/trees/${tree.sha}?recursive=1`,
    );
    expect(listed.tree.map(entry => entry.path)).toEqual([
      '.argocd',
      '.argocd/application.yaml',
      'README.md',
      'deep',
      'deep/er',
      'deep/er/data.bin',
      'note.txt',
    ]);
    await conform(200, 'get', `${REPO}/git/trees/staging`);
    await conform(422, 'post', `${REPO}/git/trees`, {
      base_tree: base.tree.sha,
      tree: [{ path: 'not/there', mode: '100644', type: 'blob', sha: null }],
    });
    const commit = await conform<{ sha: string; author: { date: string } }>(
      201,
      'post',
      `${REPO}/git/commits`,
      {
        message: 'By hand',
        tree: tree.sha,
        parents: [head],
        author: {
          name: 'Somebody',
          email: 'somebody@example.com',
          date: '2026-01-02T03:04:05Z',
        },
      },
    );
    expect(commit.author.date).toBe('2026-01-02T03:04:05Z');
    await conform(422, 'post', `${REPO}/git/commits`, {
      message: 'On nothing',
      tree: '1'.repeat(40),
    });
    const ref = 'refs/heads/feature/by-hand';
    await conform(201, 'post', `${REPO}/git/refs`, { ref, sha: commit.sha });
    await conform(422, 'post', `${REPO}/git/refs`, { ref, sha: commit.sha });
    await conform(422, 'post', `${REPO}/git/refs`, {
      ref: 'refs/heads/bad..name',
      sha: commit.sha,
    });
    expect(
      await conform(200, 'get', `${REPO}/git/ref/heads/feature/by-hand`),
    ).toMatchObject({ ref, object: { sha: commit.sha, type: 'commit' } });
    await conform(404, 'get', `${REPO}/git/ref/heads/feature`);
    expect(
      await conform(200, 'get', `${REPO}/git/matching-refs/heads/feature`),
    ).toHaveLength(1);
    expect(
      await conform(422, 'patch', `${REPO}/git/refs/heads/feature/by-hand`, {
        sha: created.commits.get('v0'),
      }),
    ).toMatchObject({ message: 'Update is not a fast forward' });
    await conform(200, 'patch', `${REPO}/git/refs/heads/feature/by-hand`, {
      sha: created.commits.get('v0'),
      force: true,
    });
    await conform(
      422,
      'patch',
      `${REPO}/git/refs/heads/staging`,
      { sha: commit.sha },
      'dave-token',
    );
    await conform(204, 'delete', `${REPO}/git/refs/heads/feature/by-hand`);
    await conform(422, 'delete', `${REPO}/git/refs/heads/feature/by-hand`);
  });

  it('for pull requests, reviews and merging', async () => {
    world.github.setProtection('my-org/payment-service', 'staging', {
      requiredChecks: ['test', 'lint', 'branch-protection-check'],
      requiredApprovals: 1,
    });
    const { git } = world.github.repository('my-org/payment-service');
    const head = await git.commitFiles({
      branch: 'change',
      files: { 'src/version.txt': '4\n' },
      message: 'Version 4',
      author: {
        name: 'Dave Dean',
        email: 'dave@example.com',
        date: world.clock.now(),
      },
      parent: await git.resolve('staging'),
    });
    await conform(422, 'post', `${REPO}/pulls`, {
      title: 'x',
      head: 'nothing',
      base: 'staging',
    });
    await conform(422, 'post', `${REPO}/pulls`, {
      title: 'x',
      head: 'change',
      base: 'nothing',
    });
    expect(
      await conform(422, 'post', `${REPO}/pulls`, {
        title: 'x',
        head: 'docs',
        base: 'docs',
      }),
    ).toMatchObject({
      message: 'Validation Failed',
      errors: [{ message: 'No commits between docs and docs' }],
    });
    const pull = await conform(
      201,
      'post',
      `${REPO}/pulls`,
      { title: 'Version 4', head: 'change', base: 'staging' },
      'dave-token',
    );
    expect(pull).toMatchObject({
      number: 42,
      mergeable_state: 'unknown',
      head: { sha: head, label: 'my-org:change' },
    });
    expect(
      await conform(422, 'post', `${REPO}/pulls`, {
        title: 'x',
        head: 'my-org:change',
        base: 'staging',
      }),
    ).toMatchObject({
      errors: [{ message: 'A pull request already exists for my-org:change.' }],
    });
    expect(
      await conform(
        200,
        'get',
        `${REPO}/pulls?head=my-org:change&base=staging`,
      ),
    ).toMatchObject([{ number: 42 }]);
    expect(
      await conform(200, 'get', `${REPO}/pulls?state=closed`),
    ).toHaveLength(4);
    expect(await conform(200, 'get', `${REPO}/pulls/42`)).toMatchObject({
      mergeable: true,
      mergeable_state: 'blocked',
    });
    await conform(404, 'get', `${REPO}/pulls/999`);
    await conform(200, 'patch', `${REPO}/pulls/42`, {
      title: 'Version four',
      body: 'Why not',
    });
    expect(await conform(200, 'get', `${REPO}/pulls/42/files`)).toMatchObject([
      { filename: 'src/version.txt', status: 'modified' },
    ]);
    expect(await conform(200, 'get', `${REPO}/pulls/42/commits`)).toMatchObject(
      [{ sha: head }],
    );
    await conform(201, 'post', `${REPO}/pulls/42/requested_reviewers`, {
      reviewers: ['bob'],
      team_reviewers: ['senior-maintainers'],
    });
    expect(
      await conform(200, 'get', `${REPO}/pulls/42/requested_reviewers`),
    ).toMatchObject({ users: [{ login: 'bob' }], teams: [{}] });
    await conform(200, 'delete', `${REPO}/pulls/42/requested_reviewers`, {
      reviewers: [],
      team_reviewers: ['senior-maintainers'],
    });
    const own = await conform<{ id: number; errors: string[] }>(
      422,
      'post',
      `${REPO}/pulls/42/reviews`,
      { event: 'APPROVE' },
      'dave-token',
    );
    expect(own.errors).toEqual(['Can not approve your own pull request']);

    const early = await conform<{ message: string }>(
      405,
      'put',
      `${REPO}/pulls/42/merge`,
      { merge_method: 'squash', sha: head },
      'bob-token',
    );
    expect(early.message).toMatch(
      /3 of 3 required status checks are expected|in progress/,
    );
    expect(early.message).toMatch(/At least 1 approving review is required/);

    await world.clock.advance(200_000);
    const review = await conform<{ id: number }>(
      200,
      'post',
      `${REPO}/pulls/42/reviews`,
      { event: 'APPROVE', body: 'Fine', commit_id: head },
      'bob-token',
    );
    await conform(200, 'get', `${REPO}/pulls/42/reviews`);
    await conform(200, 'get', `${REPO}/pulls/42/reviews/${review.id}`);
    expect(
      await conform(
        200,
        'put',
        `${REPO}/pulls/42/reviews/${review.id}`,
        { body: 'Very fine' },
        'bob-token',
      ),
    ).toMatchObject({ body: 'Very fine', state: 'APPROVED' });
    expect(
      await conform(
        200,
        'put',
        `${REPO}/pulls/42/reviews/${review.id}/dismissals`,
        {
          message: 'Look again',
        },
      ),
    ).toMatchObject({ state: 'DISMISSED' });
    await conform(
      200,
      'post',
      `${REPO}/pulls/42/reviews`,
      { event: 'APPROVE' },
      'bob-token',
    );
    await world.github.moveBranch('my-org/payment-service', 'staging');
    await conform(202, 'put', `${REPO}/pulls/42/update-branch`, {
      expected_head_sha: head,
    });
    const moved = await conform<{ head: { sha: string } }>(
      200,
      'get',
      `${REPO}/pulls/42`,
    );
    expect(moved).toMatchObject({
      mergeable: null,
      mergeable_state: 'unknown',
      commits: 2,
    });
    await conform(409, 'put', `${REPO}/pulls/42/merge`, { sha: head });
    await world.clock.advance(200_000);
    await conform(404, 'get', `${REPO}/pulls/42/merge`);
    const merged = await conform<{ sha: string }>(
      200,
      'put',
      `${REPO}/pulls/42/merge`,
      {
        merge_method: 'merge',
        sha: moved.head.sha,
      },
    );
    await conform(204, 'get', `${REPO}/pulls/42/merge`);
    expect(await conform(200, 'get', `${REPO}/pulls/42`)).toMatchObject({
      merged: true,
      merged_by: { login: 'alice' },
      merge_commit_sha: merged.sha,
    });
    expect(
      await conform(200, 'get', `${REPO}/commits/${merged.sha}`),
    ).toMatchObject({
      parents: [{}, { sha: moved.head.sha }],
    });
  });

  it('for issues, labels, comments and reactions', async () => {
    const issue = await conform<{ number: number }>(
      201,
      'post',
      `${REPO}/issues`,
      {
        title: 'Something is on fire',
        body: 'Everything',
        labels: ['urgent', 'bug'],
        assignees: ['alice'],
      },
    );
    await conform(422, 'post', `${REPO}/issues`, { body: 'no title' });
    const path = `${REPO}/issues/${issue.number}`;
    await conform(200, 'get', path);
    await conform(404, 'get', `${REPO}/issues/999`);
    expect(
      await conform(200, 'get', `${REPO}/issues?labels=urgent,bug&state=all`),
    ).toMatchObject([{ number: issue.number }]);
    expect(
      await conform(200, 'patch', path, {
        state: 'closed',
        state_reason: 'not_planned',
      }),
    ).toMatchObject({
      state: 'closed',
      state_reason: 'not_planned',
      closed_by: { login: 'alice' },
    });
    expect(await conform(200, 'patch', path, { state: 'open' })).toMatchObject({
      state: 'open',
      state_reason: 'reopened',
      closed_at: null,
      closed_by: null,
    });
    expect(
      await conform(200, 'patch', path, {
        state: 'closed',
        state_reason: 'duplicate',
      }),
    ).toMatchObject({ state_reason: 'duplicate' });
    await conform(200, 'patch', path, { state: 'open' });
    expect(
      await conform(200, 'post', `${path}/labels`, { labels: ['ai-operator'] }),
    ).toHaveLength(3);
    await conform(200, 'get', `${path}/labels`);
    await conform(200, 'put', `${path}/labels`, ['urgent', 'ai-operator']);
    expect(await conform(200, 'delete', `${path}/labels/urgent`)).toMatchObject(
      [{ name: 'ai-operator' }],
    );
    await conform(404, 'delete', `${path}/labels/urgent`);
    await conform(204, 'delete', `${path}/labels`);
    await conform(200, 'get', `${REPO}/labels`);
    await conform(201, 'post', `${REPO}/labels`, {
      name: 'do-not-merge/hold',
      color: 'ff0000',
    });
    await conform(422, 'post', `${REPO}/labels`, {
      name: 'Do-Not-Merge/Hold',
      color: 'ff0000',
    });
    await conform(200, 'get', `${REPO}/labels/do-not-merge%2Fhold`);
    const comment = await conform<{ id: number }>(
      201,
      'post',
      `${path}/comments`,
      {
        body: 'APPROVE',
      },
    );
    await conform(200, 'get', `${path}/comments`);
    await conform(200, 'get', `${REPO}/issues/comments/${comment.id}`);
    await conform(200, 'patch', `${REPO}/issues/comments/${comment.id}`, {
      body: 'ABORT',
    });
    const thumb = await conform<{ id: number }>(
      201,
      'post',
      `${REPO}/issues/comments/${comment.id}/reactions`,
      {
        content: '+1',
      },
    );
    await conform(
      422,
      'post',
      `${REPO}/issues/comments/${comment.id}/reactions`,
      { content: 'applause' },
    );
    await conform(
      200,
      'post',
      `${REPO}/issues/comments/${comment.id}/reactions`,
      {
        content: '+1',
      },
    );
    await conform(
      200,
      'get',
      `${REPO}/issues/comments/${comment.id}/reactions`,
    );
    await conform(
      204,
      'delete',
      `${REPO}/issues/comments/${comment.id}/reactions/${thumb.id}`,
    );
    expect(
      await conform(
        200,
        'get',
        `${REPO}/issues/comments/${comment.id}/reactions`,
      ),
    ).toEqual([]);
    const eyes = await conform<{ id: number }>(
      201,
      'post',
      `${path}/reactions`,
      { content: 'eyes' },
    );
    expect(
      await conform(200, 'get', `${path}/reactions?content=eyes`),
    ).toHaveLength(1);
    expect(
      await conform(200, 'get', `${path}/reactions?content=heart`),
    ).toEqual([]);
    await conform(204, 'delete', `${path}/reactions/${eyes.id}`);
    await conform(204, 'delete', `${REPO}/issues/comments/${comment.id}`);
    const found = await conform(
      200,
      'get',
      `/search/issues?q=${encodeURIComponent(
        'repo:my-org/payment-service is:issue is:open fire',
      )}`,
    );
    expect(found).toMatchObject({ total_count: 1 });
    await conform(422, 'get', '/search/issues?q=is:purple');
  });

  it('for statuses, check runs and check suites', async () => {
    const sha = created.commits.get('v2');
    expect(
      await conform(200, 'get', `${REPO}/commits/${sha}/status`),
    ).toMatchObject({ state: 'pending', total_count: 0 });
    await conform(201, 'post', `${REPO}/statuses/${sha}`, {
      state: 'failure',
      context: 'legacy',
      description: 'Old CI',
    });
    expect(
      await conform(200, 'get', `${REPO}/commits/${sha}/status`),
    ).toMatchObject({ state: 'failure', total_count: 1 });
    await conform(200, 'get', `${REPO}/commits/${sha}/statuses`);
    const runs = await conform<{
      check_runs: Array<{ id: number; name: string }>;
    }>(200, 'get', `${REPO}/commits/${sha}/check-runs`);
    expect(runs).toMatchObject({ total_count: 3 });
    expect(runs.check_runs.find(run => run.name === 'test')).toMatchObject({
      conclusion: 'failure',
      app: { slug: 'github-actions' },
    });
    const suites = await conform<{ check_suites: Array<{ id: number }> }>(
      200,
      'get',
      `${REPO}/commits/${sha}/check-suites`,
    );
    expect(suites.check_suites).toMatchObject([
      { status: 'completed', conclusion: 'failure' },
    ]);
    await conform(
      200,
      'get',
      `${REPO}/check-suites/${suites.check_suites[0].id}/check-runs`,
    );
    await conform(200, 'get', `${REPO}/check-runs/${runs.check_runs[0].id}`);
    const own = await conform<{ id: number; errors: string[] }>(
      201,
      'post',
      `${REPO}/check-runs`,
      { name: 'pr-policy', head_sha: sha, status: 'in_progress' },
      'bot-token',
    );
    expect(
      await conform(
        200,
        'patch',
        `${REPO}/check-runs/${own.id}`,
        {
          status: 'completed',
          conclusion: 'success',
          output: { title: 'All rules hold', summary: 'RB-01 to RB-10' },
        },
        'bot-token',
      ),
    ).toMatchObject({ status: 'completed', conclusion: 'success' });
  });

  it('and every endpoint was asked', () => {
    const missing = routes
      .map(({ name }) => name)
      .filter(name => !exercised.has(name) && !UNDESCRIBED.has(name));
    expect(missing).toEqual([]);
  });
});
