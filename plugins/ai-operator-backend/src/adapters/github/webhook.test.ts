import examples from '@octokit/webhooks-examples';
import { readWebhook, WEBHOOK_EVENTS, WebhookNews } from './webhook';

/** Payloads that GitHub itself has published, by event. */
function payloadsOf(event: string): unknown[] {
  return examples.find(({ name }) => name === event)?.examples ?? [];
}

interface Payload {
  repository: { clone_url: string };
  pull_request: { number: number; head: { sha: string } };
  issue: { number: number };
  check_run: { head_sha: string };
  check_suite: { head_sha: string };
  workflow_run: { head_sha: string };
  sha: string;
}

/** Where each event says what it is about. */
const ABOUT: Record<
  (typeof WEBHOOK_EVENTS)[number],
  (payload: Payload) => Omit<WebhookNews, 'cloneUrl'>
> = {
  pull_request: ({ pull_request: { number, head } }) => ({
    pullRequest: number,
    headSha: head.sha,
  }),
  pull_request_review: ({ pull_request: { number, head } }) => ({
    pullRequest: number,
    headSha: head.sha,
  }),
  check_run: payload => ({ headSha: payload.check_run.head_sha }),
  check_suite: payload => ({ headSha: payload.check_suite.head_sha }),
  status: payload => ({ headSha: payload.sha }),
  workflow_run: payload => ({ headSha: payload.workflow_run.head_sha }),
  issue_comment: payload => ({ issue: payload.issue.number }),
  issues: payload => ({ issue: payload.issue.number }),
};

describe.each(WEBHOOK_EVENTS)('%s', event => {
  it('has published examples', () => {
    expect(payloadsOf(event).length).toBeGreaterThan(0);
  });

  it('is read for what it is about, and for nothing else', () => {
    for (const payload of payloadsOf(event)) {
      expect(readWebhook(payload)).toEqual({
        cloneUrl: (payload as Payload).repository.clone_url,
        ...ABOUT[event](payload as Payload),
      });
    }
  });
});

it('says nothing that a rollback could wait for in all other events', () => {
  const others = examples.filter(
    ({ name }) => !WEBHOOK_EVENTS.some(event => event === name),
  );
  expect(others.length).toBeGreaterThan(20);
  for (const { name, examples: payloads } of others) {
    for (const payload of payloads) {
      expect([name, typeof readWebhook(payload)]).toEqual([
        name,
        'repository' in payload && payload.repository ? 'object' : 'undefined',
      ]);
    }
  }
});

describe('what is none of GitHub’s payloads', () => {
  const [payload] = payloadsOf('pull_request_review') as Payload[];

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['text', '{"repository":{}}'],
    ['a list', [payload]],
    ['an empty object', {}],
    ['a repository without an address', { repository: { name: 'x' } }],
    [
      'an address longer than any',
      { repository: { clone_url: `https://x/${'y'.repeat(2_000)}` } },
    ],
    [
      'a number in words',
      { ...payload, pull_request: { number: '42', head: { sha: 'a' } } },
    ],
    [
      'a commit that is none',
      {
        ...payload,
        pull_request: { number: 42, head: { sha: "'; DROP TABLE rollbacks" } },
      },
    ],
  ])('%s is not read', (_name, given) => {
    expect(readWebhook(given)).toBeUndefined();
  });
});
