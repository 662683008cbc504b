import {
  createPaymentService,
  openChange,
  startGitHub,
  type TestGitHub,
} from './__testUtils__/startGitHub';

const FULL_NAME = 'my-org/payment-service';
const REPO = `/repos/${FULL_NAME}`;

// Real git and real HTTP: a busy machine needs its time.
jest.setTimeout(60_000);

describe('reviews', () => {
  let world: TestGitHub;
  let pull: string;
  let number: number;

  beforeEach(async () => {
    world = await startGitHub();
    await createPaymentService(world.github);
    protect({ requiredApprovals: 1 });
    number = await openChange(world);
    pull = `${REPO}/pulls/${number}`;
  });
  afterEach(async () => {
    await world.stop();
  });

  function protect(protection: object): void {
    world.github.setProtection(FULL_NAME, 'staging', protection);
  }

  async function review(token: string | undefined, body: object) {
    return await world.ask('POST', `${pull}/reviews`, { token, body });
  }

  async function headSha(): Promise<string> {
    return (await world.ask('GET', pull)).body.head.sha;
  }

  /** As the portal's sign-in does it: the person chooses, the portal trades the code. */
  async function signIn(login: string, scope: string): Promise<string> {
    const choice = await fetch(`${world.url}/login/oauth/authorize`, {
      method: 'POST',
      body: new URLSearchParams({
        client_id: 'portal',
        redirect_uri: 'http://localhost:7007/frame',
        scope,
        login,
      }),
      redirect: 'manual',
    });
    const back = new URL(choice.headers.get('location') ?? '');
    const answer = await fetch(`${world.url}/login/oauth/access_token`, {
      method: 'POST',
      headers: { accept: 'application/json' },
      body: new URLSearchParams({
        client_id: 'portal',
        client_secret: 'secret',
        code: back.searchParams.get('code') ?? '',
      }),
    });
    const { access_token: token } = (await answer.json()) as {
      access_token: string;
    };
    return token;
  }

  it("are a person's own, submitted with the token of their sign-in", async () => {
    const token = await signIn('alice', 'read:user repo');
    const head = await headSha();
    const answer = await review(token, {
      event: 'APPROVE',
      body: 'Approved in the portal',
      commit_id: head,
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      user: { login: 'alice', type: 'User' },
      state: 'APPROVED',
      commit_id: head,
      author_association: 'MEMBER',
    });
    const me = await world.ask('GET', '/user', { token });
    expect(me.body.login).toBe('alice');
    expect(me.headers.get('x-oauth-scopes')).toBe('read:user, repo');
  });

  it('need a scope that a sign-in alone does not bring', async () => {
    const token = await signIn('alice', 'read:user');
    const refused = await review(token, { event: 'APPROVE' });
    expect(refused.status).toBe(403);
    expect(refused.body.message).toMatch(
      /not been granted the required scopes/,
    );
    expect(refused.headers.get('x-oauth-scopes')).toBe('read:user');
    expect(refused.headers.get('x-accepted-oauth-scopes')).toBe(
      'repo, public_repo',
    );
    // The portal asks for more then, and the wider scope swallows the narrower.
    const more = await signIn('alice', 'read:user repo public_repo');
    expect((await review(more, { event: 'APPROVE' })).status).toBe(200);
    expect(
      (await world.ask('GET', '/user', { token: more })).headers.get(
        'x-oauth-scopes',
      ),
    ).toBe('read:user, repo');
    expect((await review(undefined, { event: 'APPROVE' })).status).toBe(401);
  });

  it.each([
    ['APPROVE', 'Can not approve your own pull request'],
    ['REQUEST_CHANGES', 'Can not request changes on your own pull request'],
  ])('of ones own pull request cannot %s', async (event, message) => {
    const answer = await review('dave-token', { event, body: 'Mine' });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([message]);
    expect((await world.ask('GET', `${pull}/reviews`)).body).toEqual([]);
    const comment = await review('dave-token', {
      event: 'COMMENT',
      body: 'Mine',
    });
    expect(comment.body.state).toBe('COMMENTED');
  });

  it('stay on their commit when the head moves on', async () => {
    const first = await headSha();
    await review('bob-token', { event: 'APPROVE' });
    const second = await world.github.acting.push('dave', FULL_NAME, number);
    const { body } = await world.ask('GET', `${pull}/reviews`);
    expect(await headSha()).toBe(second);
    expect(body).toMatchObject([{ state: 'APPROVED', commit_id: first }]);
    const late = await review('alice-token', {
      event: 'APPROVE',
      commit_id: first,
    });
    expect(late.body.commit_id).toBe(first);
  });

  it('are refused for a commit the pull request does not bring', async () => {
    const { git } = world.github.repository(FULL_NAME);
    const base = await git.resolve('staging');
    for (const commit_id of [base, '0'.repeat(40), 'no-sha']) {
      const answer = await review('bob-token', { event: 'APPROVE', commit_id });
      expect([commit_id, answer.status]).toEqual([commit_id, 422]);
    }
  });

  it('go stale with a push where the branch asks for that', async () => {
    protect({ requiredApprovals: 1, dismissStaleReviews: true });
    await review('bob-token', { event: 'APPROVE' });
    await review('erin-token', { event: 'REQUEST_CHANGES', body: 'No' });
    await world.github.acting.push('dave', FULL_NAME, number);
    const { body } = await world.ask('GET', `${pull}/reviews`);
    expect(body).toMatchObject([
      { user: { login: 'bob' }, state: 'DISMISSED' },
      { user: { login: 'erin' }, state: 'CHANGES_REQUESTED' },
    ]);
  });

  it('are dismissed by administrators where reviews are demanded', async () => {
    const { body } = await review('bob-token', { event: 'APPROVE' });
    const dismiss = async (token: string) =>
      await world.ask('PUT', `${pull}/reviews/${body.id}/dismissals`, {
        token,
        body: { message: 'Look again' },
      });
    expect((await dismiss('mallory-token')).status).toBe(403);
    expect((await dismiss('dave-token')).status).toBe(403);
    expect((await dismiss('bot-token')).body.message).toBe(
      'Resource not accessible by integration',
    );
    expect((await dismiss('alice-token')).body.state).toBe('DISMISSED');
    expect((await dismiss('alice-token')).status).toBe(422);
  });

  it('are dismissed by writers where none is demanded', async () => {
    protect({});
    const { body } = await review('bob-token', { event: 'APPROVE' });
    const answer = await world.ask(
      'PUT',
      `${pull}/reviews/${body.id}/dismissals`,
      { token: 'dave-token', body: { message: 'Look again' } },
    );
    expect(answer.body.state).toBe('DISMISSED');
  });

  it('are edited by their author only', async () => {
    const { body } = await review('bob-token', { event: 'APPROVE' });
    const edit = async (token: string) =>
      await world.ask('PUT', `${pull}/reviews/${body.id}`, {
        token,
        body: { body: 'Fine' },
      });
    expect((await edit('alice-token')).status).toBe(403);
    expect((await edit('bob-token')).body).toMatchObject({
      body: 'Fine',
      state: 'APPROVED',
    });
  });
});
