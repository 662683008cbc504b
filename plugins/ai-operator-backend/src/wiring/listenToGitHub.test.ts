import { mockServices } from '@backstage/backend-test-utils';
import { EventsServiceSubscribeOptions } from '@backstage/plugin-events-node';
import examples from '@octokit/webhooks-examples';
import { RepositoryNews, WebhookDoor } from '../engine';
import { listenToGitHub } from './listenToGitHub';

function payloadOf(event: string): unknown {
  return examples.find(({ name }) => name === event)?.examples[0];
}

describe('listenToGitHub', () => {
  let received: RepositoryNews[];
  let receive: jest.Mock;
  let logger: ReturnType<typeof mockServices.logger.mock>;
  let subscription: EventsServiceSubscribeOptions;

  beforeEach(async () => {
    received = [];
    receive = jest.fn(async (news: RepositoryNews) => {
      received.push(news);
    });
    logger = mockServices.logger.mock();
    await listenToGitHub({
      events: {
        subscribe: async options => {
          subscription = options;
        },
      },
      webhooks: { receive } as unknown as WebhookDoor,
      repositorySlug: cloneUrl =>
        /^https:\/\/github\.com\/(.+)\.git$/.exec(cloneUrl)?.[1],
      logger,
    });
  });

  const deliver = (eventPayload: unknown) =>
    subscription.onEvent({ topic: 'github.any', eventPayload });

  it('subscribes to what a rollback can wait for', () => {
    expect(subscription.id).toBe('ai-operator');
    expect(subscription.topics).toEqual([
      'github.pull_request',
      'github.pull_request_review',
      'github.check_run',
      'github.check_suite',
      'github.status',
      'github.workflow_run',
      'github.issue_comment',
      'github.issues',
    ]);
  });

  it('hands on what a delivery is about, its repository in our words', async () => {
    await deliver(payloadOf('pull_request_review'));
    expect(received).toEqual([
      expect.objectContaining({
        repository: 'Codertocat/Hello-World',
        pullRequest: expect.any(Number),
        headSha: expect.stringMatching(/^[0-9a-f]{40}$/),
      }),
    ]);
    expect(received[0]).not.toHaveProperty('cloneUrl');
  });

  it.each<[string, unknown]>([
    ['that cannot be read', { zen: 'Keep it logically awesome.' }],
    ['of nothing', undefined],
    [
      'of a host we have no integration for',
      {
        repository: { clone_url: 'https://ghe.other/o/r.git' },
        issue: { number: 1 },
      },
    ],
  ])('leaves out a delivery %s', async (_name, payload) => {
    await deliver(payload);
    expect(receive).not.toHaveBeenCalled();
    expect(logger.warn).not.toHaveBeenCalled();
  });

  it('loses a delivery rather than the subscription: polling finds it', async () => {
    receive.mockRejectedValueOnce(new Error('the database is away'));
    await deliver(payloadOf('issue_comment'));
    expect(logger.warn).toHaveBeenCalledWith(
      'A webhook of Codertocat/Hello-World could not wake anybody: the database is away',
    );
    await deliver(payloadOf('issue_comment'));
    expect(received).toHaveLength(1);
  });
});
