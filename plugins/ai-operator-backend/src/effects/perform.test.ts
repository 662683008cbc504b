import { operatorEventSchema } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Effect } from '../core/effect';
import { PullRequestNow } from '../core/observation';
import { PortError } from '../ports';
import { dryRun } from './dryRun';
import { perform } from './perform';
import { unlessOvertaken } from './unlessOvertaken';
import { effectContext } from './__testUtils__/context';

const HEAD = 'a'.repeat(40);
const MERGE = 'b'.repeat(40);

const OPEN: Effect = {
  key: 'c-1/open_pull_request/1',
  kind: 'open_pull_request',
  source: {
    repository: 'my-org/payment-service',
    branch: 'staging',
    manifestPath: '.argocd/application.yaml',
  },
  change: {
    baseSha: 'c'.repeat(40),
    files: [{ path: '.argocd/application.yaml', before: 'a', after: 'b' }],
  },
  headBranch: 'rollback/payment-service-abc1234',
  title: 'Rollback: payment-service to abc1234 (degraded in staging)',
  body: 'why',
  labels: ['ai-operator', 'rollback', 'staging'],
  commitMessage: 'Rollback payment-service to abc1234',
};

const MERGE_IT: Effect = {
  key: 'c-1/merge_pull_request/1',
  kind: 'merge_pull_request',
  repository: 'my-org/payment-service',
  number: 42,
  headSha: HEAD,
  baseBranch: 'staging',
  holdLabel: 'do-not-merge/hold',
  commitTitle: 'Rollback (#42)',
  commitMessage: 'why',
};

const CLOSE: Effect = {
  key: 'c-1/close_pull_request',
  kind: 'close_pull_request',
  repository: 'my-org/payment-service',
  number: 42,
  comment: 'Health restored before merge, rollback no longer needed',
  deleteBranch: 'rollback/payment-service-abc1234',
};

const ESCALATE: Effect = {
  key: 'c-1/escalate/5',
  kind: 'escalate',
  repository: 'my-org/incidents',
  reason: 'CI_FAILURE',
  title: '[URGENT] AI Operator Escalation: payment-service - CI Failure',
  body: 'why',
  labels: ['ai-operator'],
};

const PUBLISH = {
  key: 'c-1/event/pr.created/3',
  kind: 'publish_event',
  name: 'pr.created',
  payload: {
    repository: 'my-org/payment-service',
    number: 42,
    url: 'https://github.com/my-org/payment-service/pull/42',
    headSha: 'a1',
    headBranch: 'rollback/payment-service-abc1234',
    baseBranch: 'staging',
    adopted: false,
    currentRevision: 'b0b',
    targetRevision: 'abc1234',
  },
} satisfies Effect;

const CLOSE_ISSUE: Effect = {
  key: 'c-1/close_issue',
  kind: 'close_issue',
  repository: 'my-org/incidents',
  comment: 'This rollback has ended: Healthy again.',
};

const ANSWER: Effect = {
  key: 'c-1/answer_comment/1001',
  kind: 'answer_comment',
  repository: 'my-org/incidents',
  issueNumber: 7,
  commentId: 1001,
  reaction: '-1',
  reply: 'bob: not done. You are approver',
};

const NOTIFY: Effect = {
  key: 'c-1/notify/4',
  kind: 'notify',
  audience: 'oncall',
  title: '@oncall AI Operator needs approval for rollback PR #42',
  description: 'why',
  severity: 'critical',
  link: 'https://portal/ai-operator/rollbacks/c-1',
};

const PAGE: Effect = {
  key: 'c-1/page',
  kind: 'page',
  summary: 'payment-service (staging) is degraded',
  details: 'Nobody has answered',
  link: 'https://portal/ai-operator/rollbacks/c-1',
};

describe('perform', () => {
  it('opens a pull request with exactly what was decided', async () => {
    const openPullRequest = jest.fn(async () => ({
      result: 'conflict' as const,
      because: 'the branch has moved',
    }));
    await expect(
      perform(OPEN, effectContext({ openPullRequest })),
    ).resolves.toEqual({
      kind: 'open_pull_request',
      result: 'conflict',
      because: 'the branch has moved',
    });
    expect(openPullRequest).toHaveBeenCalledWith(
      {
        repository: 'my-org/payment-service',
        baseBranch: 'staging',
        headBranch: OPEN.headBranch,
        change: OPEN.change,
        title: OPEN.title,
        body: OPEN.body,
        labels: OPEN.labels,
        commitMessage: OPEN.commitMessage,
      },
      expect.anything(),
    );
  });

  it('merges the head the verdicts were for and no other', async () => {
    const mergePullRequest = jest.fn(async () => ({
      result: 'merged' as const,
      mergeSha: MERGE,
      mergedBy: 'operator' as const,
    }));
    await expect(
      perform(MERGE_IT, effectContext({ mergePullRequest })),
    ).resolves.toEqual({
      kind: 'merge_pull_request',
      result: 'merged',
      mergeSha: MERGE,
      mergedBy: 'operator',
    });
    expect(mergePullRequest).toHaveBeenCalledWith(
      {
        repository: 'my-org/payment-service',
        number: 42,
        headSha: HEAD,
        baseBranch: 'staging',
        holdLabel: 'do-not-merge/hold',
        commitTitle: 'Rollback (#42)',
        commitMessage: 'why',
      },
      expect.anything(),
    );
  });

  it('closes with the comment, under a marker of this rollback', async () => {
    const closePullRequest = jest.fn(async () => 'closed' as const);
    await expect(
      perform(CLOSE, effectContext({ closePullRequest })),
    ).resolves.toEqual({ kind: 'close_pull_request', result: 'closed' });
    expect(closePullRequest).toHaveBeenCalledWith(
      expect.objectContaining({
        comment: CLOSE.comment,
        marker: 'ai-operator:c-1:close',
        deleteBranch: CLOSE.deleteBranch,
      }),
      expect.anything(),
    );
  });

  it('raises one issue per rollback, found again by its marker', async () => {
    const raiseIssue = jest.fn(async () => ({ number: 7, url: 'https://i/7' }));
    await expect(
      perform(ESCALATE, effectContext({ raiseIssue })),
    ).resolves.toEqual({
      kind: 'escalate',
      result: 'raised',
      issueUrl: 'https://i/7',
      issueNumber: 7,
    });
    expect(raiseIssue).toHaveBeenCalledWith(
      expect.objectContaining({ marker: 'ai-operator:c-1:escalation' }),
      expect.anything(),
    );
  });

  it('counts an escalation as raised when there is no repository for an issue', async () => {
    await expect(
      perform({ ...ESCALATE, repository: undefined }, effectContext()),
    ).resolves.toEqual({ kind: 'escalate', result: 'raised' });
  });

  it.each(['closed', 'already_closed', 'no_issue'] as const)(
    'closes the issue that it raised, with one last comment: %s',
    async result => {
      const closeIssue = jest.fn(async () => result);
      await expect(
        perform(CLOSE_ISSUE, effectContext({ closeIssue })),
      ).resolves.toEqual({ kind: 'close_issue', result });
      expect(closeIssue).toHaveBeenCalledWith(
        {
          repository: 'my-org/incidents',
          marker: 'ai-operator:c-1:escalation',
          comment: 'This rollback has ended: Healthy again.',
          commentMarker: 'ai-operator:c-1:escalation:closed',
        },
        expect.anything(),
      );
    },
  );

  it('has no issue to close when there was no repository for one', async () => {
    await expect(
      perform({ ...CLOSE_ISSUE, repository: undefined }, effectContext()),
    ).resolves.toEqual({ kind: 'close_issue', result: 'no_issue' });
  });

  it.each(['answered', 'gone'] as const)(
    'answers a comment under a marker of its own: %s',
    async result => {
      const answerComment = jest.fn(async () => result);
      await expect(
        perform(ANSWER, effectContext({ answerComment })),
      ).resolves.toEqual({ kind: 'answer_comment', result });
      expect(answerComment).toHaveBeenCalledWith(
        {
          repository: 'my-org/incidents',
          issueNumber: 7,
          commentId: 1001,
          reaction: '-1',
          reply: 'bob: not done. You are approver',
          marker: 'ai-operator:c-1:answer:1001',
        },
        expect.anything(),
      );
    },
  );

  it.each(['sent', 'nobody_to_tell'] as const)(
    'tells people in the thread of the rollback: %s',
    async result => {
      const send = jest.fn(async () => result);
      await expect(
        perform(NOTIFY, effectContext({}, { notifier: { send } })),
      ).resolves.toEqual({ kind: 'notify', result });
      const { key: _key, kind: _kind, ...message } = NOTIFY;
      expect(send).toHaveBeenCalledWith(
        { ...message, scope: 'c-1' },
        expect.anything(),
      );
    },
  );

  it.each(['paged', 'no_pager'] as const)(
    'wakes somebody up, the rollback being the incident: %s',
    async result => {
      const page = jest.fn(async () => result);
      await expect(
        perform(PAGE, effectContext({}, { pager: { page } })),
      ).resolves.toEqual({ kind: 'page', result });
      expect(page).toHaveBeenCalledWith(
        {
          incident: 'c-1',
          application: 'payment-service',
          environment: 'staging',
          summary: 'payment-service (staging) is degraded',
          details: 'Nobody has answered',
          link: 'https://portal/ai-operator/rollbacks/c-1',
        },
        expect.anything(),
      );
    },
  );

  it.each([CLOSE_ISSUE, ANSWER, NOTIFY, PAGE])(
    'what cannot be told of $kind is an error, for the outbox to try again',
    async effect => {
      const down = async () => {
        throw new PortError('UNAVAILABLE', 'nobody answers');
      };
      await expect(
        perform(
          effect,
          effectContext(
            { closeIssue: down, answerComment: down },
            { notifier: { send: down }, pager: { page: down } },
          ),
        ),
      ).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    },
  );

  it('publishes an event with the time of the decision, not of the publishing', async () => {
    const publish = jest.fn(async () => {});
    await expect(
      perform(PUBLISH, effectContext({}, { publish })),
    ).resolves.toEqual({ kind: 'publish_event', result: 'published' });
    const event = {
      id: 'c-1/event/pr.created/3',
      type: 'pr.created',
      version: 1,
      timestamp: Date.parse('2026-02-27T10:33:00Z'),
      correlationId: 'c-1',
      application: {
        instance: 'staging',
        namespace: 'argocd',
        name: 'payment-service',
      },
      environment: 'staging',
      payload: PUBLISH.payload,
    };
    expect(publish).toHaveBeenCalledWith(event);
    expect(operatorEventSchema.parse(event)).toEqual(event);
  });

  it('publishes the very same event when it has to do it again', async () => {
    const publish = jest.fn(async () => {});
    const context = effectContext({}, { publish });
    await perform(PUBLISH, context);
    await perform(PUBLISH, context);
    expect(publish.mock.calls[1]).toEqual(publish.mock.calls[0]);
  });

  it('says that an event was not taken when the events service refuses it', async () => {
    const refused = new Error('events backend: 503');
    const context = effectContext(
      {},
      { publish: () => Promise.reject(refused) },
    );
    await expect(perform(PUBLISH, context)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message:
        'Event pr.created was not taken by the events service: events backend: 503',
      cause: refused,
    });
  });
});

it('does not wait for a subscriber that never comes back', async () => {
  const context = effectContext({}, { publish: () => new Promise(() => {}) });
  await expect(
    perform(PUBLISH, {
      ...context,
      call: { ...context.call, signal: AbortSignal.timeout(10) },
    }),
  ).rejects.toMatchObject({ code: 'TIMEOUT' });
});

describe('unlessOvertaken', () => {
  const stale = {
    stillWanted: async () => ({
      wanted: false as const,
      because: 'The verdicts are 95 s old',
    }),
  };
  const pullRequest = (state: PullRequestNow['state']) => async () =>
    ({ state, headSha: HEAD } as PullRequestNow);

  it('never merges on verdicts of another time', async () => {
    await expect(
      unlessOvertaken(perform)(
        MERGE_IT,
        effectContext({ getPullRequest: pullRequest('open') }, stale),
      ),
    ).resolves.toEqual({
      kind: 'merge_pull_request',
      result: 'not_wanted',
      because: 'The verdicts are 95 s old',
    });
  });

  it('finishes a merge that went through before the process died', async () => {
    const mergePullRequest = jest.fn(async () => ({
      result: 'merged' as const,
      mergeSha: MERGE,
      mergedBy: 'operator' as const,
    }));
    await expect(
      unlessOvertaken(perform)(
        MERGE_IT,
        effectContext(
          { getPullRequest: pullRequest('merged'), mergePullRequest },
          stale,
        ),
      ),
    ).resolves.toMatchObject({ result: 'merged', mergeSha: MERGE });
  });

  it('opens no pull request the rollback no longer wants', async () => {
    await expect(
      unlessOvertaken(perform)(OPEN, effectContext({}, stale)),
    ).resolves.toMatchObject({ result: 'not_wanted' });
  });
});

describe('dryRun', () => {
  const modes = { staging: 'observe', production: 'propose' } as const;
  const observing = dryRun(perform, modes);

  it.each([OPEN, MERGE_IT, CLOSE, ESCALATE, CLOSE_ISSUE, ANSWER, NOTIFY, PAGE])(
    'does nothing outside for $kind where the operator only observes, and says what it would have done',
    async effect => {
      const outcome = await observing(effect, effectContext());
      expect(outcome).toEqual({
        kind: effect.kind,
        result: 'dry_run',
        because: expect.stringMatching(
          /^The operator only observes staging; it would have (opened|merged|closed|raised|answered|told|called) /,
        ),
      });
    },
  );

  it('still publishes events', async () => {
    const publish = jest.fn(async () => {});
    await observing(PUBLISH, effectContext({}, { publish }));
    expect(publish).toHaveBeenCalledTimes(1);
  });

  it('acts in an environment with another mode', async () => {
    const closePullRequest = jest.fn(async () => 'closed' as const);
    const context = effectContext({ closePullRequest });
    await observing(CLOSE, {
      ...context,
      subject: { ...context.subject, environment: 'production' },
    });
    expect(closePullRequest).toHaveBeenCalledTimes(1);
  });
});
