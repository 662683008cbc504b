import { startReceiver } from '../github/__testUtils__/receiver';
import {
  castOf,
  startTestWorld,
  type Answer,
  type TestWorld,
} from '../testing/testWorld';

const REPOSITORY = 'my-org/payment-service';
const API = `/api/v3/repos/${REPOSITORY}`;

let test: TestWorld;

async function start(): Promise<void> {
  test = await startTestWorld({ cast: castOf('payment-service', 'ledger') });
}

async function post(path: string, body: unknown): Promise<Answer> {
  return await test.ask(`/world/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** As the operator. */
async function github(method: string, path: string, body?: unknown) {
  return await test.ask(`/api/v3/repos/${path}`, {
    method,
    headers: {
      authorization: 'Bearer world-github-operator',
      'content-type': 'application/json',
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
}

async function openPull(repository = REPOSITORY): Promise<number> {
  const { git } = test.world.github.repository(repository);
  await git.commitFiles({
    branch: 'topic',
    parent: await git.resolve('staging'),
    files: { 'NOTES.md': 'A note\n' },
    message: 'Add a note',
    author: { name: 'Dave', email: 'd@example.com', date: test.clock.now() },
  });
  const { body } = await github('POST', `${repository}/pulls`, {
    title: 'A note',
    head: 'topic',
    base: 'staging',
  });
  return body.number;
}

async function raiseIssue(repository = REPOSITORY): Promise<number> {
  const { body } = await github('POST', `${repository}/issues`, {
    title: 'On fire',
  });
  return body.number;
}

describe('people', () => {
  beforeEach(start);
  afterEach(() => test.stop());

  it('review, and have reviews dismissed', async () => {
    const number = await openPull();
    const found = { repository: REPOSITORY, number };
    expect((await post('approve', { login: 'alice' })).body).toEqual(found);
    expect(
      (await post('request-changes', { login: 'bob', text: 'No', number }))
        .body,
    ).toEqual(found);
    expect((await post('dismiss', { login: 'bob' })).body).toEqual(found);
    const { body } = await github(
      'GET',
      `${REPOSITORY}/pulls/${number}/reviews`,
    );
    expect(
      body.map((review: { user: { login: string }; state: string }) => [
        review.user.login,
        review.state,
      ]),
    ).toEqual([
      ['alice', 'APPROVED'],
      ['bob', 'DISMISSED'],
    ]);
    expect((await post('dismiss', { login: 'bob' })).status).toBe(404);
    expect((await post('dismiss', { login: 'alice', by: 'erin' })).status).toBe(
      200,
    );
  });

  it('push foreign commits to a pull request', async () => {
    const number = await openPull();
    const { body } = await post('push', { login: 'dave', number });
    const commits = await github(
      'GET',
      `${REPOSITORY}/pulls/${number}/commits`,
    );
    expect(commits.body[1]).toMatchObject({
      sha: body.sha,
      commit: { author: { name: 'Dave Novak' } },
    });
    expect(
      test.world.control
        .log()
        .filter(({ message }) =>
          / topic to [0-9a-f]{7} by dave$/.test(message),
        ),
    ).toHaveLength(1);
  });

  it('talk on the issue that is open, or on the one that is named', async () => {
    const number = await raiseIssue();
    const said = await post('comment', { login: 'alice', text: 'APROVE' });
    expect(said.body).toEqual({
      repository: REPOSITORY,
      number,
      id: expect.any(Number),
      url: `${test.url}/${REPOSITORY}/issues/${number}#issuecomment-${said.body.id}`,
    });
    await test.clock.advance(1_000);
    const { id } = said.body;
    expect((await post('edit-comment', { id, text: 'APPROVE' })).body).toEqual({
      ok: true,
    });
    expect(test.world.github.issues(REPOSITORY)[0].comments).toEqual([
      { id, author: 'alice', body: 'APPROVE', edited: true, reactions: [] },
    ]);
    expect((await post('delete-comment', { id, by: 'dave' })).status).toBe(200);
    expect((await post('delete-comment', { id })).status).toBe(404);

    const other = await raiseIssue('my-org/ledger');
    const ambiguous = await post('comment', { login: 'bob', text: 'x' });
    expect(ambiguous.status).toBe(400);
    expect(ambiguous.body.error.message).toMatch(/Say which issue/);
    const named = await post('comment', {
      login: 'bob',
      text: 'ABORT',
      repository: 'ledger',
      number: other,
    });
    expect(named.body.repository).toBe('my-org/ledger');
  });

  it('label pull requests and issues', async () => {
    const number = await openPull();
    const issue = await raiseIssue();
    const labelsOf = async (which: number) =>
      (await github('GET', `${REPOSITORY}/issues/${which}/labels`)).body.map(
        ({ name }: { name: string }) => name,
      );
    const label = 'do-not-merge/hold';
    await post('label', { label });
    expect(await labelsOf(number)).toEqual([label]);
    await post('unlabel', { label, by: 'bob' });
    expect(await labelsOf(number)).toEqual([]);
    expect((await post('unlabel', { label })).status).toBe(404);
    await post('label', { label: 'urgent', issue });
    expect(await labelsOf(issue)).toEqual(['urgent']);
  });

  it('come into teams and leave them', async () => {
    const team = { login: 'dave', team: 'senior-maintainers' };
    const members = async () =>
      (
        await test.ask('/api/v3/orgs/my-org/teams/senior-maintainers/members', {
          headers: { authorization: 'Bearer world-github-operator' },
        })
      ).body.map(({ login }: { login: string }) => login);
    expect((await post('team', { ...team, member: true })).body).toEqual({
      changed: true,
    });
    expect(await members()).toEqual(['alice', 'erin', 'dave']);
    expect((await post('team', { ...team, member: false })).body).toEqual({
      changed: true,
    });
    expect((await post('team', { ...team, member: false })).body).toEqual({
      changed: false,
    });
    expect(await members()).toEqual(['alice', 'erin']);
  });

  it('demand a merge queue, which nobody but an administrator passes', async () => {
    const number = await openPull();
    await test.clock.advance(200_000);
    const queue = (on: boolean) =>
      post('merge-queue', { service: 'payment-service', on });
    expect((await queue(true)).body).toEqual({ branch: 'staging' });
    const rules = await test.ask(`${API}/rules/branches/staging`);
    expect(rules.body).toMatchObject([{ type: 'merge_queue' }]);
    const merge = () =>
      github('PUT', `${REPOSITORY}/pulls/${number}/merge`, {
        merge_method: 'squash',
      });
    const refused = await merge();
    expect(refused.status).toBe(405);
    expect(refused.body.message).toBe(
      'Changes must be made through the merge queue',
    );
    await queue(false);
    expect((await test.ask(`${API}/rules/branches/staging`)).body).toEqual([]);
    expect((await merge()).status).toBe(200);
  });

  it('are heard of through webhooks, whichever way they did it', async () => {
    const receiver = await startReceiver();
    try {
      const number = await openPull();
      expect((await post('webhook', { drop: true })).status).toBe(400);
      await post('webhook', { url: receiver.url, secret: 'shh' });
      await post('approve', { login: 'alice' });
      await post('label', { label: 'urgent' });
      await post('push', { login: 'dave' });
      await post('comment', {
        login: 'bob',
        text: 'hello',
        repository: 'payment-service',
        number,
      });
      await test.world.github.webhooks.delivered();
      expect(
        receiver.events().filter(event => !event.startsWith('check_')),
      ).toEqual([
        'pull_request_review submitted',
        'pull_request labeled',
        'push',
        'pull_request synchronize',
        'issue_comment created',
      ]);
      const { body } = await test.ask('/world/webhooks');
      expect(body.target).toEqual({ url: receiver.url });
      expect(JSON.stringify(body)).not.toContain('shh');
      expect(body.deliveries[0]).toMatchObject({
        event: 'issue_comment',
        action: 'created',
        repository: REPOSITORY,
        at: test.clock.now(),
        status: 'delivered',
        httpStatus: 202,
      });
      const log = test.world.control.log();
      expect(log.map(({ kind }) => kind)).toContain('github.webhook');

      receiver.received = [];
      await post('webhook', { duplicate: true });
      await post('unlabel', { label: 'urgent' });
      await test.world.github.webhooks.delivered();
      expect(receiver.events()).toEqual([
        'pull_request unlabeled',
        'pull_request unlabeled',
      ]);
      expect(receiver.received[0].headers['x-hub-signature-256']).toMatch(
        /^sha256=/,
      );

      await test.ask('/world/webhook', { method: 'DELETE' });
      expect((await test.ask('/world/webhooks')).body.target).toBeUndefined();
    } finally {
      await receiver.close();
    }
  });

  it('are seen in the status', async () => {
    const number = await raiseIssue();
    const { body } = await test.ask('/world/status');
    expect(body.openIssues).toEqual([
      {
        repository: REPOSITORY,
        number,
        title: 'On fire',
        url: `${test.url}/${REPOSITORY}/issues/${number}`,
      },
    ]);
    expect((await test.ask('/')).text).toContain(`${REPOSITORY}#${number}</a>`);
  });
});

describe('people cannot', () => {
  beforeAll(async () => {
    await start();
    const number = await openPull('my-org/ledger');
    await test.world.github.commentAs('mei', 'my-org/ledger', number, 'hm');
  });
  afterAll(() => test.stop());

  it.each([
    ['comment', { login: 'alice', text: '' }, 400, /text/],
    ['comment', { login: 'alice', text: 'x' }, 400, /There is no open issue$/],
    [
      'comment',
      { login: 'alice', text: 'x', number: 9 },
      400,
      /no open issue #9/,
    ],
    [
      'comment',
      { login: 'alise', text: 'x', repository: 'ledger', number: 42 },
      404,
      /Did you mean alice\?/,
    ],
    [
      'comment',
      { login: 'alice', text: 'x', repository: 'legder', number: 42 },
      404,
      /Did you mean my-org\/ledger/,
    ],
    [
      'comment',
      { login: 'alice', text: 'x', repository: 'ledger', number: 900 },
      404,
      /my-org\/ledger has no issue #900/,
    ],
    ['edit-comment', { id: 7, text: 'x' }, 404, /no comment 7/],
    ['approve', { login: 'alice', number: 9 }, 400, /no open pull request #9/],
    ['dismiss', { login: 'alice' }, 404, /alice has no review/],
    [
      'team',
      { login: 'bob', team: 'nobody', member: true },
      404,
      /There are: senior-maintainers/,
    ],
    ['webhook', { url: 'localhost:1' }, 400, /no http or https address/],
    ['merge-queue', { service: 'ledger' }, 400, /on/],
  ])('%s %j', async (path, body, status, message) => {
    const answer = await post(path, body);
    expect(answer.body.error.message).toMatch(message);
    expect(answer.status).toBe(status);
  });

  it('approve their own pull request, in the words of GitHub', async () => {
    const { git } = test.world.github.repository(REPOSITORY);
    await git.commitFiles({
      branch: 'own',
      parent: await git.resolve('staging'),
      files: { 'OWN.md': 'mine\n' },
      message: 'Mine',
      author: { name: 'Dave', email: 'd@example.com', date: test.clock.now() },
    });
    test.world.github.tokens.add({ value: 'dave', login: 'dave' });
    await test.ask(`${API}/pulls`, {
      method: 'POST',
      headers: {
        authorization: 'token dave',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ title: 'Mine', head: 'own', base: 'staging' }),
    });
    const answer = await post('approve', {
      login: 'dave',
      service: 'payment-service',
    });
    expect(answer.status).toBe(409);
    expect(answer.body.error.message).toMatch(
      /#\d+: Can not approve your own pull request/,
    );
  });
});
