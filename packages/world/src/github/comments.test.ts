import {
  createPaymentService,
  startGitHub,
  type TestGitHub,
} from './__testUtils__/startGitHub';

const REPO = '/repos/my-org/payment-service';

// Real git and real HTTP: a busy machine needs its time.
jest.setTimeout(60_000);

describe('talk on issues', () => {
  let world: TestGitHub;
  let issue: string;

  beforeAll(async () => {
    world = await startGitHub();
    await createPaymentService(world.github);
  });
  afterAll(async () => {
    await world.stop();
  });
  beforeEach(async () => {
    const { body } = await world.ask('POST', `${REPO}/issues`, {
      token: 'bot-token',
      body: { title: 'On fire' },
    });
    issue = `${REPO}/issues/${body.number}`;
  });

  async function say(token: string, text: string) {
    const { body } = await world.ask('POST', `${issue}/comments`, {
      token,
      body: { body: text },
    });
    return { ...body, path: `${REPO}/issues/comments/${body.id}` };
  }

  it('comes in pages, oldest first', async () => {
    for (let number = 1; number <= 5; number += 1) {
      await say('bob-token', `Comment ${number}`);
    }
    const octokit = world.octokit('bot-token');
    const comments = await octokit.paginate(octokit.issues.listComments, {
      owner: 'my-org',
      repo: 'payment-service',
      issue_number: Number(issue.split('/').pop()),
      per_page: 2,
    });
    expect(comments.map(({ body }) => body)).toEqual(
      [1, 2, 3, 4, 5].map(number => `Comment ${number}`),
    );
  });

  it('tells by the times that a comment was edited, and `since` finds it', async () => {
    const comment = await say('bob-token', 'APPROVE');
    await world.clock.advance(60_000);
    const since = new Date(world.clock.now()).toISOString();
    const asked = `${issue}/comments?since=${since}`;
    expect((await world.ask('GET', asked)).body).toEqual([]);
    const edited = await world.ask('PATCH', comment.path, {
      token: 'bob-token',
      body: { body: 'ABORT' },
    });
    expect(edited.body).toMatchObject({
      id: comment.id,
      body: 'ABORT',
      created_at: comment.created_at,
    });
    expect(Date.parse(edited.body.updated_at)).toBe(
      Date.parse(comment.created_at) + 60_000,
    );
    expect((await world.ask('GET', asked)).body).toHaveLength(1);
  });

  it('the same text again is no edit', async () => {
    const comment = await say('bob-token', 'APPROVE');
    await world.clock.advance(60_000);
    const { body } = await world.ask('PATCH', comment.path, {
      token: 'bob-token',
      body: { body: 'APPROVE' },
    });
    expect(body.updated_at).toBe(comment.updated_at);
  });

  it.each([
    ['its author, who may only read', 'mallory-token', 'mallory-token', true],
    [
      'somebody who writes in the repository',
      'mallory-token',
      'dave-token',
      true,
    ],
    ['somebody who may only read', 'dave-token', 'mallory-token', false],
  ])(
    'is changed and deleted by %s: %s, %s, %s',
    async (_who, author, changer, may) => {
      const comment = await say(author, 'APPROVE');
      const edit = await world.ask('PATCH', comment.path, {
        token: changer,
        body: { body: 'ABORT' },
      });
      expect(edit.status).toBe(may ? 200 : 403);
      const removal = await world.ask('DELETE', comment.path, {
        token: changer,
      });
      expect(removal.status).toBe(may ? 204 : 403);
      const there = await world.ask('GET', comment.path);
      expect(there.status).toBe(may ? 404 : 200);
    },
  );

  it('is not for those without a token, nor for tokens without the scope', async () => {
    world.github.tokens.add({
      value: 'profile-only',
      login: 'bob',
      scopes: ['read:user'],
    });
    const body = { body: 'hello' };
    const post = async (token?: string) =>
      (await world.ask('POST', `${issue}/comments`, { token, body })).status;
    expect(await post()).toBe(401);
    expect(await post('profile-only')).toBe(404);
    expect((await world.ask('GET', `${issue}/comments`)).body).toEqual([]);
  });

  it('keeps one reaction of a kind for everybody', async () => {
    const comment = await say('bob-token', 'APPROVE');
    const path = `${comment.path}/reactions`;
    const react = async (token: string, content: string) =>
      (await world.ask('POST', path, { token, body: { content } })).status;
    expect(await react('bot-token', '+1')).toBe(201);
    expect(await react('bot-token', '+1')).toBe(200);
    expect(await react('bot-token', 'confused')).toBe(201);
    expect(await react('alice-token', '+1')).toBe(201);
    expect(await react('alice-token', 'applause')).toBe(422);
    const { body } = await world.ask('GET', path);
    expect(
      body.map((reaction: { content: string; user: { login: string } }) => [
        reaction.user.login,
        reaction.content,
      ]),
    ).toEqual([
      ['ai-operator[bot]', '+1'],
      ['ai-operator[bot]', 'confused'],
      ['alice', '+1'],
    ]);
    expect((await world.ask('GET', comment.path)).body.reactions).toMatchObject(
      { total_count: 3, '+1': 2, confused: 1 },
    );
    const others = `${path}/${body[2].id}`;
    expect(
      (await world.ask('DELETE', others, { token: 'bot-token' })).status,
    ).toBe(403);
    expect(
      (await world.ask('DELETE', others, { token: 'alice-token' })).status,
    ).toBe(204);
    expect((await world.ask('GET', path)).body).toHaveLength(2);
  });

  it('is closed by those who may, and says by whom and why', async () => {
    const close = async (token: string) =>
      await world.ask('PATCH', issue, {
        token,
        body: { state: 'closed', state_reason: 'not_planned' },
      });
    expect((await close('mallory-token')).status).toBe(403);
    expect((await close('dave-token')).body).toMatchObject({
      state: 'closed',
      state_reason: 'not_planned',
      closed_by: { login: 'dave' },
      closed_at: new Date(world.clock.now()).toISOString().replace('.000', ''),
    });
    const reopened = await world.ask('PATCH', issue, {
      token: 'dave-token',
      body: { state: 'open' },
    });
    expect(reopened.body).toMatchObject({
      state: 'open',
      state_reason: 'reopened',
      closed_by: null,
    });
  });

  it('an author without rights changes the words, not the labels', async () => {
    const { body } = await world.ask('POST', `${REPO}/issues`, {
      token: 'mallory-token',
      body: { title: 'Mine', labels: ['urgent'] },
    });
    const changed = await world.ask('PATCH', `${REPO}/issues/${body.number}`, {
      token: 'mallory-token',
      body: { title: 'Still mine', labels: ['urgent'], state: 'closed' },
    });
    expect(changed.body).toMatchObject({
      title: 'Still mine',
      labels: [],
      state: 'closed',
    });
  });
});
