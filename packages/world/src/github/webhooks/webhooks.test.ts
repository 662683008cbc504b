import { type Receiver, startReceiver } from '../__testUtils__/receiver';
import {
  createPaymentService,
  openChange,
  startGitHub,
  type TestGitHub,
} from '../__testUtils__/startGitHub';

const FULL_NAME = 'my-org/payment-service';
const REPO = `/repos/${FULL_NAME}`;
const CHECKS_CREATED = Array(3).fill('check_run created');
const SECRET = 'a secret that only GitHub and its receiver know';

// Real git and real HTTP: a busy machine needs its time.
jest.setTimeout(60_000);

describe('webhooks', () => {
  let world: TestGitHub;
  let receiver: Receiver;

  beforeEach(async () => {
    receiver = await startReceiver();
    world = await startGitHub({
      webhook: { url: receiver.url, secret: SECRET },
      ci: { durationMs: 10_000 },
    });
    await createPaymentService(world.github);
  });
  afterEach(async () => {
    await world.stop();
    await receiver.close();
  });

  /** Waits for what is under way, and answers the events since the last time. */
  async function events(): Promise<string[]> {
    await world.github.webhooks.delivered();
    const found = receiver.events();
    receiver.received = [];
    return found;
  }

  async function call(
    method: string,
    path: string,
    body?: object,
    token = 'alice-token',
  ) {
    const answer = await world.ask(method, `${REPO}${path}`, { token, body });
    expect(answer.status).toBeLessThan(300);
    return answer.body;
  }

  it('are silent about the past', async () => {
    expect(await events()).toEqual([]);
  });

  it('tell of pull requests, pushes and checks', async () => {
    const { acting } = world.github;
    const number = await openChange(world);
    expect(await events()).toEqual([
      'push',
      'pull_request opened',
      ...CHECKS_CREATED,
    ]);
    await world.clock.advance(10_000);
    expect(await events()).toEqual([
      'check_run completed',
      'check_run completed',
      'check_run completed',
      'check_suite completed',
    ]);
    acting.setLabel('alice', FULL_NAME, number, 'do-not-merge/hold', true);
    acting.setLabel('alice', FULL_NAME, number, 'do-not-merge/hold', true);
    acting.setLabel('alice', FULL_NAME, number, 'do-not-merge/hold', false);
    expect(await events()).toEqual([
      'pull_request labeled',
      'pull_request unlabeled',
    ]);
    await acting.push('dave', FULL_NAME, number);
    expect(await events()).toEqual([
      'push',
      'pull_request synchronize',
      ...CHECKS_CREATED,
    ]);
    await call('PATCH', `/pulls/${number}`, { state: 'closed' });
    await call('PATCH', `/pulls/${number}`, { state: 'open' });
    expect(await events()).toEqual([
      'pull_request closed',
      'pull_request reopened',
    ]);
    world.github.setProtection(FULL_NAME, 'staging', undefined);
    await call('PUT', `/pulls/${number}/merge`, { merge_method: 'squash' });
    await world.github.webhooks.delivered();
    const closed = receiver.received.find(
      ({ body }) => body.action === 'closed',
    );
    expect(closed?.body).toMatchObject({
      pull_request: { merged: true, merged_by: { login: 'alice' } },
      sender: { login: 'alice' },
    });
    expect((await events()).sort()).toEqual(['pull_request closed', 'push']);
  });

  it('tell of reviews, and of those a push made stale', async () => {
    world.github.setProtection(FULL_NAME, 'staging', {
      requiredApprovals: 1,
      dismissStaleReviews: true,
    });
    const number = await openChange(world);
    await events();
    const { acting } = world.github;
    const { id } = await call(
      'POST',
      `/pulls/${number}/reviews`,
      { event: 'APPROVE' },
      'bob-token',
    );
    await call(
      'PUT',
      `/pulls/${number}/reviews/${id}`,
      { body: 'Fine' },
      'bob-token',
    );
    acting.dismiss('alice', FULL_NAME, number, 'bob');
    await world.github.webhooks.delivered();
    expect(
      receiver.received.map(({ body }) => [body.action, body.review.state]),
    ).toEqual([
      ['submitted', 'approved'],
      ['edited', 'approved'],
      ['dismissed', 'dismissed'],
    ]);
    await events();
    acting.review('erin', FULL_NAME, number, { event: 'APPROVE' });
    await acting.push('dave', FULL_NAME, number);
    expect(await events()).toEqual([
      'pull_request_review submitted',
      'push',
      'pull_request synchronize',
      'pull_request_review dismissed',
      ...CHECKS_CREATED,
    ]);
  });

  it('tell of issues, comments and statuses', async () => {
    const { number } = await call('POST', '/issues', {
      title: 'On fire',
      labels: ['urgent'],
    });
    const { id } = await call('POST', `/issues/${number}/comments`, {
      body: 'APROVE',
    });
    await call('PATCH', `/issues/comments/${id}`, { body: 'APPROVE' });
    await world.github.webhooks.delivered();
    expect(receiver.received.pop()?.body).toMatchObject({
      action: 'edited',
      changes: { body: { from: 'APROVE' } },
      comment: { body: 'APPROVE' },
    });
    await call('DELETE', `/issues/comments/${id}`);
    await call('PATCH', `/issues/${number}`, { state: 'closed' });
    await call('PATCH', `/issues/${number}`, { state: 'open' });
    const { git } = world.github.repository(FULL_NAME);
    const sha = await git.resolve('staging');
    await call('POST', `/statuses/${sha}`, { state: 'success' });
    expect(await events()).toEqual([
      'issues opened',
      'issues labeled',
      'issue_comment created',
      'issue_comment deleted',
      'issues closed',
      'issues reopened',
      'status',
    ]);
  });

  it('say how things were when they happened', async () => {
    receiver.answer = 'hang';
    const { number } = await call('POST', '/issues', { title: 'First' });
    const answered = call('PATCH', `/issues/${number}`, { title: 'Second' });
    // A receiver that does not answer keeps nobody waiting.
    await answered;
    expect(world.github.webhooks.deliveries()[0].status).toBe('waiting');
    await eventually(() => receiver.received.length > 0);
    expect(receiver.received[0].body.issue.title).toBe('First');
  });

  it('list what became of them, and take it down', async () => {
    const notes: string[] = [];
    const other = await startGitHub({
      webhook: { url: receiver.url, secret: SECRET },
      note: (kind, message) => notes.push(`${kind}: ${message}`),
    });
    try {
      await createPaymentService(other.github);
      receiver.answer = 500;
      await other.ask('POST', `${REPO}/issues`, {
        token: 'alice-token',
        body: { title: 'On fire' },
      });
      await other.github.webhooks.delivered();
      receiver.answer = 202;
      await other.clock.advance(1_000);
      await other.ask('PATCH', `${REPO}/issues/42`, {
        token: 'alice-token',
        body: { state: 'closed' },
      });
      await other.github.webhooks.delivered();
      other.github.webhooks.configure({
        url: 'http://127.0.0.1:1/nobody',
        secret: SECRET,
      });
      await other.ask('PATCH', `${REPO}/issues/42`, {
        token: 'alice-token',
        body: { state: 'open' },
      });
      await other.github.webhooks.delivered();
      expect(other.github.webhooks.deliveries()).toMatchObject([
        { event: 'issues', action: 'reopened', status: 'failed' },
        {
          event: 'issues',
          action: 'closed',
          repository: FULL_NAME,
          at: other.clock.now(),
          status: 'delivered',
          httpStatus: 202,
        },
        {
          action: 'opened',
          at: other.clock.now() - 1_000,
          status: 'failed',
          httpStatus: 500,
          because: 'HTTP 500',
        },
      ]);
      expect(notes).toEqual([
        `github.webhook: issues opened of ${FULL_NAME}: failed (HTTP 500)`,
        `github.webhook: issues closed of ${FULL_NAME}: delivered`,
        expect.stringMatching(/issues reopened of .*: failed \(.+\)$/),
      ]);
    } finally {
      await other.stop();
    }
  });

  it('can come twice, in the wrong order, or not at all', async () => {
    const { webhooks } = world.github;
    const config = { url: receiver.url, secret: SECRET };
    const { number } = await call('POST', '/issues', { title: 'On fire' });
    await events();
    const toggle = async () => {
      await call('PATCH', `/issues/${number}`, { state: 'closed' });
      await call('PATCH', `/issues/${number}`, { state: 'open' });
    };
    webhooks.configure({ ...config, duplicate: true });
    await call('PATCH', `/issues/${number}`, { state: 'closed' });
    await webhooks.delivered();
    const [first, second] = receiver.received;
    expect(second).toMatchObject({ raw: first.raw });
    expect(second.headers['x-github-delivery']).toBe(
      first.headers['x-github-delivery'],
    );
    await call('PATCH', `/issues/${number}`, { state: 'open' });
    expect(await events()).toHaveLength(4);

    webhooks.configure({ ...config, reorder: true });
    await toggle();
    expect(await events()).toEqual(['issues reopened', 'issues closed']);
    await call('PATCH', `/issues/${number}`, { state: 'closed' });
    expect(await events()).toEqual([]);
    await world.clock.advance(5_000);
    expect(await events()).toEqual(['issues closed']);

    webhooks.configure({ ...config, drop: true });
    await toggle();
    expect(await events()).toEqual([]);
    expect(webhooks.deliveries()[0]).toMatchObject({ status: 'dropped' });

    webhooks.configure(undefined);
    const before = webhooks.deliveries().length;
    await toggle();
    expect(webhooks.deliveries()).toHaveLength(before);
  });

  it('forget the oldest', async () => {
    world.github.webhooks.configure({
      url: receiver.url,
      secret: '',
      drop: true,
    });
    const { number } = await call('POST', '/issues', { title: 'On fire' });
    for (let times = 0; times < 210; times += 1) {
      world.github.acting.comment('bob', FULL_NAME, number, `${times}`);
    }
    expect(world.github.webhooks.deliveries()).toHaveLength(200);
  });

  it('go nowhere but to web addresses, and keep their secret', () => {
    const { webhooks } = world.github;
    expect(() =>
      webhooks.configure({ url: 'file:///etc/passwd', secret: '' }),
    ).toThrow(/no http or https address/);
    expect(webhooks.target()).toEqual({ url: receiver.url });
  });
});

async function eventually(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !holds(); tries += 1) {
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
