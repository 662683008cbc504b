import { Effect } from '../core/effect';
import { PullRequestNow } from '../core/observation';
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

const PUBLISH: Effect = {
  key: 'c-1/event/pr.created/3',
  kind: 'publish_event',
  name: 'pr.created',
  payload: { number: 42 },
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

  it('publishes an event with the time of the decision, not of the publishing', async () => {
    const publish = jest.fn(async () => {});
    await expect(
      perform(PUBLISH, effectContext({}, { publish })),
    ).resolves.toEqual({ kind: 'publish_event', result: 'published' });
    expect(publish).toHaveBeenCalledWith({
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
      payload: { number: 42 },
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

  it.each([OPEN, MERGE_IT, CLOSE, ESCALATE])(
    'does nothing outside for $kind where the operator only observes, and says what it would have done',
    async effect => {
      const outcome = await observing(effect, effectContext());
      expect(outcome).toEqual({
        kind: effect.kind,
        result: 'dry_run',
        because: expect.stringMatching(
          /^The operator only observes staging; it would have (opened|merged|closed|raised) /,
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
