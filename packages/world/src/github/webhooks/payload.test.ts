import examples from '@octokit/webhooks-examples';
import { verify } from '@octokit/webhooks-methods';
import { OpenApi } from '../__testUtils__/openApi';
import { type Received, startReceiver } from '../__testUtils__/receiver';
import {
  createPaymentService,
  openChange,
  startGitHub,
} from '../__testUtils__/startGitHub';

const FULL_NAME = 'my-org/payment-service';
const REPO = `/repos/${FULL_NAME}`;
const SECRET = 'a secret that only GitHub and its receiver know';

// Real git and real HTTP: a busy machine needs its time.
jest.setTimeout(60_000);

/** Every kind of delivery once, by event and action. */
describe("deliveries look like GitHub's", () => {
  const openApi = new OpenApi();
  const byName = new Map<string, Received>();

  beforeAll(async () => {
    const receiver = await startReceiver();
    const world = await startGitHub({
      webhook: { url: receiver.url, secret: SECRET },
      ci: { durationMs: 10_000 },
    });
    try {
      await createPaymentService(world.github, { protection: {} });
      const { acting } = world.github;
      const ask = async (method: string, path: string, body: object) =>
        (
          await world.ask(method, `${REPO}${path}`, {
            token: 'alice-token',
            body,
          })
        ).body;
      const number = await openChange(world);
      await world.clock.advance(10_000);
      acting.setLabel('bob', FULL_NAME, number, 'urgent', true);
      acting.setLabel('bob', FULL_NAME, number, 'urgent', false);
      const review = await ask('POST', `/pulls/${number}/reviews`, {
        event: 'REQUEST_CHANGES',
        body: 'No',
      });
      await ask('PUT', `/pulls/${number}/reviews/${review.id}`, {
        body: 'No!',
      });
      acting.dismiss('alice', FULL_NAME, number, 'alice');
      const sha = await acting.push('dave', FULL_NAME, number);
      await ask('POST', `/statuses/${sha}`, {
        state: 'failure',
        context: 'old',
      });
      await ask('PATCH', `/pulls/${number}`, { state: 'closed' });
      await ask('PATCH', `/pulls/${number}`, { state: 'open' });
      const issue = await ask('POST', '/issues', {
        title: 'x',
        labels: ['bug'],
      });
      const comment = await ask('POST', `/issues/${issue.number}/comments`, {
        body: 'APPROVE',
      });
      acting.editComment('bob', comment.id, 'ABORT');
      acting.deleteComment(undefined, comment.id);
      await ask('PUT', `/issues/${issue.number}/labels`, { labels: [] });
      await ask('PATCH', `/issues/${issue.number}`, { state: 'closed' });
      await ask('PATCH', `/issues/${issue.number}`, { state: 'open' });
      await world.github.webhooks.delivered();
      for (const delivery of receiver.received) {
        const event = String(delivery.headers['x-github-event']);
        byName.set(
          [event, delivery.body.action].filter(Boolean).join(' '),
          delivery,
        );
      }
    } finally {
      await world.stop();
      await receiver.close();
    }
  });

  it.each([
    'check_run completed',
    'check_run created',
    'check_suite completed',
    'issue_comment created',
    'issue_comment deleted',
    'issue_comment edited',
    'issues closed',
    'issues labeled',
    'issues opened',
    'issues reopened',
    'issues unlabeled',
    'pull_request closed',
    'pull_request labeled',
    'pull_request opened',
    'pull_request reopened',
    'pull_request synchronize',
    'pull_request unlabeled',
    'pull_request_review dismissed',
    'pull_request_review edited',
    'pull_request_review submitted',
    'push',
    'status',
  ])('%s', async name => {
    const delivery = byName.get(name);
    expect([...byName.keys()]).toContain(name);
    if (!delivery) {
      return;
    }
    expect(
      openApi.webhookProblems(name.replace(/[ _]/g, '-'), delivery.body),
    ).toEqual([]);
    expect(missingFrom(name, delivery.body)).toEqual([]);
    const { headers, raw } = delivery;
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': expect.stringMatching(/^GitHub-Hookshot\//),
      'x-github-delivery': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const signature = String(headers['x-hub-signature-256']);
    expect(await verify(SECRET, raw, signature)).toBe(true);
    expect(await verify('another', raw, signature)).toBe(false);
    expect(await verify(SECRET, `${raw} `, signature)).toBe(false);
  });

  it('which is no empty claim', () => {
    expect(openApi.webhookProblems('push', { ref: 7 })).toContain(
      'push: /ref must be string {"type":"string"}',
    );
    expect(openApi.webhookProblems('pull-request-vanished', {})).toEqual([
      'GitHub has no webhook pull-request-vanished',
    ]);
    expect(missingFrom('push', { ref: 'x' })).toContain('commits');
  });
});

/** An app has the rights it has, this webhook belongs to none, and only pull requests are drafts. */
const NOT_COMPARED = /\.permissions$|^installation$|^issue\.draft$/;

/** What every published example of such a delivery has, and this one has not. */
function missingFrom(name: string, body: object): string[] {
  const [event, action] = name.split(' ');
  const all = examples.find(item => item.name === event)?.examples ?? [];
  const same = all.filter(
    example =>
      action === undefined ||
      ('action' in example && example.action === action),
  );
  return (same.length > 0 ? same : all)
    .map(example => missing(example, body))
    .reduce((a, b) => a.filter(path => b.includes(path)));
}

/** Fields of `wanted` that `there` lacks; nothing is said about what is null or empty there. */
function missing(wanted: unknown, there: unknown, at = ''): string[] {
  if (NOT_COMPARED.test(at)) {
    return [];
  }
  if (Array.isArray(wanted) && Array.isArray(there)) {
    return wanted.length > 0 && there.length > 0
      ? missing(wanted[0], there[0], `${at}[]`)
      : [];
  }
  if (!isObject(wanted) || !isObject(there)) {
    return [];
  }
  return Object.entries(wanted).flatMap(([key, value]) => {
    const path = at === '' ? key : `${at}.${key}`;
    return key in there
      ? missing(value, there[key], path)
      : [path].filter(item => !NOT_COMPARED.test(item));
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
