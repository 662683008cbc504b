import {
  createPaymentService,
  openChange,
  startGitHub,
  type TestGitHub,
} from './__testUtils__/startGitHub';

const FULL_NAME = 'my-org/payment-service';
const REPO = `/repos/${FULL_NAME}`;
const TEAM = '/orgs/my-org/teams/senior-maintainers/members';

// Real git and real HTTP: a busy machine needs its time.
jest.setTimeout(60_000);

describe('asking again costs nothing while nothing changed', () => {
  let world: TestGitHub;
  let pull: string;
  let issue: string;
  let sha: string;

  beforeAll(async () => {
    world = await startGitHub();
    await createPaymentService(world.github);
    pull = `${REPO}/pulls/${await openChange(world)}`;
    // The first to ask is told "unknown", as with the real one.
    await get(pull);
    sha = (await get(pull)).body.head.sha;
    const { body } = await post(`${REPO}/issues`, { title: 'On fire' });
    issue = `${REPO}/issues/${body.number}`;
  });
  afterAll(async () => {
    await world.stop();
  });

  function get(path: string, ifNoneMatch?: string) {
    return world.ask('GET', path, { token: 'bot-token', ifNoneMatch });
  }

  function post(path: string, body: object, token = 'alice-token') {
    return world.ask('POST', path, { token, body });
  }

  const remaining = (answer: { headers: Headers }) =>
    Number(answer.headers.get('x-ratelimit-remaining'));

  it.each<[string, () => string, () => Promise<unknown>]>([
    [
      'a pull request',
      () => pull,
      () =>
        world.github.acting.push(
          'dave',
          FULL_NAME,
          Number(pull.split('/').pop()),
        ),
    ],
    [
      'its reviews',
      () => `${pull}/reviews`,
      () => post(`${pull}/reviews`, { event: 'APPROVE' }),
    ],
    ['an issue', () => issue, () => post(`${issue}/labels`, ['urgent'])],
    [
      'its comments',
      () => `${issue}/comments?per_page=100`,
      () => post(`${issue}/comments`, { body: 'APPROVE' }),
    ],
    [
      'the check runs of a commit',
      () => `${REPO}/commits/${sha}/check-runs`,
      () => world.clock.advance(10_000),
    ],
    [
      'its combined status',
      () => `${REPO}/commits/${sha}/status`,
      () => post(`${REPO}/statuses/${sha}`, { state: 'success' }),
    ],
    [
      'the members of a team',
      () => TEAM,
      async () =>
        world.github.acting.setTeamMember(
          'my-org',
          'senior-maintainers',
          'erin',
          false,
        ),
    ],
  ])('for %s', async (_what, path, change) => {
    const first = await get(path());
    const etag = first.headers.get('etag') ?? '';
    expect(first.status).toBe(200);
    const again = await get(path(), etag);
    expect(again.status).toBe(304);
    expect(again.body).toBeUndefined();
    expect(again.headers.get('etag')).toBe(etag);
    expect(remaining(again)).toBe(remaining(first));
    await change();
    const changed = await get(path(), etag);
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
    expect(remaining(changed)).toBe(remaining(first) - 1);
  });
});

describe('teams', () => {
  let world: TestGitHub;

  beforeAll(async () => {
    world = await startGitHub();
  });
  afterAll(async () => {
    await world.stop();
  });

  async function membersOf(slug: string, token = 'bot-token') {
    const { status, body } = await world.ask(
      'GET',
      `/orgs/my-org/teams/${slug}/members`,
      { token },
    );
    return status === 200
      ? body.map(({ login }: { login: string }) => login)
      : status;
  }

  it('are known to members and bots, with a scope that reads the organisation', async () => {
    world.github.tokens.add({
      value: 'profile-only',
      login: 'alice',
      scopes: ['read:user'],
    });
    expect(await membersOf('senior-maintainers')).toEqual(['alice', 'erin']);
    expect(await membersOf('senior-maintainers', 'dave-token')).toHaveLength(2);
    expect(await membersOf('senior-maintainers', 'mallory-token')).toBe(404);
    expect(await membersOf('senior-maintainers', 'profile-only')).toBe(404);
    expect(await membersOf('nobody')).toBe(404);
    const list = async (token?: string) =>
      (await world.ask('GET', '/orgs/my-org/teams', { token })).status;
    expect(await list('bot-token')).toBe(200);
    expect(await list('profile-only')).toBe(403);
    expect(await list()).toBe(401);
  });

  it('change while the world runs', async () => {
    const { acting } = world.github;
    const set = (login: string, member: boolean) =>
      acting.setTeamMember('my-org', 'approvers', login, member);
    expect(set('dave', true)).toBe(true);
    expect(set('Dave', true)).toBe(false);
    expect(await membersOf('approvers')).toEqual(['bob', 'dave']);
    expect(set('bob', false)).toBe(true);
    expect(set('bob', false)).toBe(false);
    expect(await membersOf('approvers')).toEqual(['dave']);
    expect(() => set('nobody', true)).toThrow(/none of the people/);
    expect(() =>
      acting.setTeamMember('my-org', 'aprovers', 'bob', true),
    ).toThrow(
      /has no team "aprovers". There are: senior-maintainers, approvers/,
    );
  });

  it('give and take rights in repositories', async () => {
    await createPaymentService(world.github);
    const rights = async () =>
      (
        await world.ask('GET', `${REPO}/collaborators/mallory/permission`, {
          token: 'alice-token',
        })
      ).body.permission;
    expect(await rights()).toBe('read');
    const { acting } = world.github;
    acting.setTeamMember('my-org', 'developers', 'mallory', true);
    expect(await rights()).toBe('write');
    acting.setTeamMember('my-org', 'developers', 'mallory', false);
    expect(await rights()).toBe('read');
  });
});
