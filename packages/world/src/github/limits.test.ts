import {
  createPaymentService,
  START,
  startGitHub,
  type TestGitHub,
} from './__testUtils__/startGitHub';

const REPO = '/api/v3/repos/my-org/payment-service';

// Real git and real HTTP: a busy machine needs its time.
jest.setTimeout(60_000);

describe('credentials, budgets and caching', () => {
  let world: TestGitHub;

  beforeAll(async () => {
    world = await startGitHub({
      tokens: [
        {
          value: 'bot-token',
          login: 'ai-operator[bot]',
          maxPermission: 'push',
        },
        { value: 'dave-token', login: 'dave' },
        { value: 'alice-token', login: 'alice' },
        { value: 'reader', login: 'alice', scopes: ['read:user'] },
        { value: 'brief', login: 'alice', expiresAt: START + 60_000 },
      ],
    });
    await createPaymentService(world.github);
  });
  afterAll(async () => {
    await world.stop();
  });

  async function get(
    path: string,
    headers: Record<string, string> = { authorization: 'token dave-token' },
  ) {
    const response = await fetch(`${world.url}${path}`, { headers });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  }

  function used(answer: { headers: Headers }): number {
    return Number(answer.headers.get('x-ratelimit-used'));
  }

  it('knows tokens in every usual form, and refuses unknown ones', async () => {
    const basic = (text: string) =>
      `Basic ${Buffer.from(text).toString('base64')}`;
    for (const authorization of [
      'token dave-token',
      'Bearer dave-token',
      'bearer dave-token',
      basic('x-access-token:dave-token'),
      basic('dave-token:'),
    ]) {
      expect((await get('/api/v3/user', { authorization })).body.login).toBe(
        'dave',
      );
    }
    const bad = await get('/api/v3/user', { authorization: 'token nonsense' });
    expect(bad.status).toBe(401);
    expect(bad.body).toEqual({
      message: 'Bad credentials',
      documentation_url: 'https://docs.github.com/rest',
      status: '401',
    });
    const none = await get('/api/v3/user', {});
    expect(none.status).toBe(401);
    expect(none.body.message).toBe('Requires authentication');
  });

  it('forgets revoked and expired tokens', async () => {
    world.github.tokens.add({ value: 'once', login: 'bob' });
    const authorization = 'token once';
    expect((await get('/api/v3/user', { authorization })).status).toBe(200);
    world.github.tokens.revoke('once');
    expect((await get('/api/v3/user', { authorization })).status).toBe(401);
    const brief = { authorization: 'token brief' };
    expect((await get('/api/v3/user', brief)).status).toBe(200);
    await world.clock.advance(60_000);
    expect((await get('/api/v3/user', brief)).status).toBe(401);
  });

  it('tells scopes, version and a request id', async () => {
    const { headers } = await get('/api/v3/user');
    expect(headers.get('x-oauth-scopes')).toBe('repo, read:org');
    expect(headers.get('x-github-request-id')).toMatch(/^[0-9A-F]{32}$/);
    expect(headers.get('x-github-media-type')).toBe('github.v3; format=json');
  });

  it('tells which scopes an endpoint takes', async () => {
    const accepted = async (path: string) =>
      (await get(path)).headers.get('x-accepted-oauth-scopes');
    expect(await accepted('/api/v3/user')).toBe('');
    expect(await accepted(REPO)).toBe('repo');
    expect(await accepted('/api/v3/user/emails')).toBe('user, user:email');
    expect(await accepted('/api/v3/orgs/my-org/teams')).toBe(
      'admin:org, read:org, repo, user, write:org',
    );
  });

  it.each([
    '/app',
    '/app/installations',
    '/repos/my-org/payment-service/installation',
  ])('does not take a token for the signature of an app: %s', async path => {
    const { status, body } = await get(`/api/v3${path}`);
    expect(status).toBe(401);
    expect(body.message).toBe('A JSON web token could not be decoded');
  });

  it('lets the bot write but not administer, and a token without scope only read', async () => {
    const post = async (token: string, path: string, body: unknown) =>
      await fetch(`${world.url}${REPO}${path}`, {
        method: 'POST',
        headers: {
          authorization: `token ${token}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify(body),
      });
    expect((await post('bot-token', '/issues', { title: 'x' })).status).toBe(
      201,
    );
    expect((await post('reader', '/issues', { title: 'x' })).status).toBe(404);
    expect((await post('reader', '/git/blobs', { content: 'x' })).status).toBe(
      404,
    );
    const protection = await get(`${REPO}/branches/staging/protection`, {
      authorization: 'token bot-token',
    });
    expect(protection.status).toBe(403);
    expect(protection.body.message).toBe(
      'Resource not accessible by integration',
    );
    const developer = await get(`${REPO}/branches/staging/protection`);
    expect(developer.status).toBe(403);
    const anonymous = await fetch(`${world.url}${REPO}/git/blobs`, {
      method: 'POST',
    });
    expect(anonymous.status).toBe(401);
  });

  it('counts requests per token and hour of the world clock', async () => {
    const headers = { authorization: 'token alice-token' };
    const first = await get('/api/v3/user', headers);
    expect(first.headers.get('x-ratelimit-limit')).toBe('5000');
    expect(first.headers.get('x-ratelimit-resource')).toBe('core');
    const second = await get('/api/v3/user', headers);
    expect(used(second)).toBe(used(first) + 1);
    expect(Number(second.headers.get('x-ratelimit-remaining'))).toBe(
      5000 - used(second),
    );
    const reset = Number(second.headers.get('x-ratelimit-reset'));
    const limits = await get('/api/v3/rate_limit', headers);
    expect(limits.body.rate).toEqual({
      limit: 5000,
      used: used(second),
      remaining: 5000 - used(second),
      reset,
    });
    expect(used(await get('/api/v3/user', {}))).toBeLessThan(60);

    await world.clock.advanceTo(reset * 1000);
    expect(used(await get('/api/v3/user', headers))).toBe(1);
  });

  it('refuses with 403 when the budget is gone, until the window ends', async () => {
    world.github.setRateLimit('dave-token', 1);
    expect(
      (await get('/api/v3/user')).headers.get('x-ratelimit-remaining'),
    ).toBe('0');
    const refused = await get('/api/v3/user');
    expect(refused.status).toBe(403);
    expect(refused.body.message).toMatch(
      /^API rate limit exceeded for user ID/,
    );
    expect(refused.headers.get('x-ratelimit-remaining')).toBe('0');
    const other = await get('/api/v3/user', {
      authorization: 'token alice-token',
    });
    expect(other.status).toBe(200);
    await world.clock.advanceTo(
      Number(refused.headers.get('x-ratelimit-reset')) * 1000,
    );
    expect((await get('/api/v3/user')).status).toBe(200);
    world.github.setRateLimit('dave-token', 0);
    world.github.setRateLimit('dave-token', undefined);
    expect(
      (await get('/api/v3/user')).headers.get('x-ratelimit-remaining'),
    ).toBe('4999');
  });

  it('answers the secondary limit with retry-after', async () => {
    world.github.setSecondaryLimit('dave-token', 30_000);
    const refused = await get('/api/v3/user');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('30');
    expect(refused.body.message).toMatch(/secondary rate limit/);
    await world.clock.advance(30_000);
    expect((await get('/api/v3/user')).status).toBe(200);
  });

  it('answers 304 without taking budget while nothing changed', async () => {
    const authorization = 'token dave-token';
    const first = await get(`${REPO}/pulls?state=all`);
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^W\/"[0-9a-f]{64}"$/);
    const same = await get(`${REPO}/pulls?state=all`, {
      authorization,
      'if-none-match': etag,
    });
    expect(same.status).toBe(304);
    expect(same.body).toBeUndefined();
    expect(used(same)).toBe(used(first));
    const created = await world.octokit('dave-token').issues.addLabels({
      owner: 'my-org',
      repo: 'payment-service',
      issue_number: 10,
      labels: ['seen'],
    });
    expect(created.status).toBe(200);
    const changed = await get(`${REPO}/pulls?state=all`, {
      authorization,
      'if-none-match': etag,
    });
    expect(changed.status).toBe(200);
    expect(used(changed)).toBe(used(first) + 2);
  });

  it('pages lists as the official client expects', async () => {
    const octokit = world.octokit('dave-token');
    const repo = { owner: 'my-org', repo: 'payment-service' };
    const commits = await octokit.paginate(octokit.repos.listCommits, {
      ...repo,
      per_page: 2,
    });
    expect(commits.map(({ commit }) => commit.message)).toEqual([
      'Deploy version 3',
      'Version 3 (#13)',
      'Version 2 (#12)',
      'Version 1 (#11)',
      'Version 0 (#10)',
    ]);
    const middle = await get(`${REPO}/commits?per_page=2&page=2`);
    const link = middle.headers.get('link') ?? '';
    expect(link).toContain(
      `<${world.url}${REPO}/commits?per_page=2&page=3>; rel="next"`,
    );
    expect(link).toContain('page=1>; rel="prev"');
    expect(link).toContain('page=3>; rel="last"');
    const pulls = await octokit.paginate(octokit.pulls.list, {
      ...repo,
      state: 'all',
      per_page: 3,
    });
    expect(pulls.map(({ number }) => number)).toEqual([13, 12, 11, 10]);
    expect(
      (await get(`${REPO}/commits?per_page=100`)).headers.get('link'),
    ).toBeNull();
  });

  it('explains malformed, too large and unknown requests', async () => {
    const post = async (body: string) => {
      const response = await fetch(`${world.url}${REPO}/issues`, {
        method: 'POST',
        headers: {
          authorization: 'token dave-token',
          'content-type': 'application/json',
        },
        body,
      });
      const answer: { message: string } = JSON.parse(await response.text());
      return { status: response.status, message: answer.message };
    };
    expect(await post('{"title": ')).toEqual({
      status: 400,
      message: 'Problems parsing JSON',
    });
    expect(
      await post(JSON.stringify({ title: 'x', body: 'y'.repeat(1_100_000) })),
    ).toMatchObject({ status: 413 });
    expect(await post('{"title": {}}')).toMatchObject({ status: 422 });
    expect(await get('/api/v3/nothing/here')).toMatchObject({
      status: 404,
      body: { message: 'Not Found' },
    });
  });
});
