import { startLocalGitHub } from '../__testUtils__/localGitHub';

interface Wire {
  pull?: Record<string, unknown>;
  review?: Record<string, unknown>;
}

async function statusOf({ pull, review }: Wire) {
  const at = await startLocalGitHub((request, response) => {
    if (request.path === '/api/graphql') {
      response.json({
        data: {
          repository: {
            pullRequest: {
              reviewDecision: null,
              mergeQueue: null,
              latestOpinionatedReviews: { nodes: [] },
              baseRef: { refUpdateRule: null },
              ...review,
            },
          },
        },
      });
      return;
    }
    if (request.path.endsWith('/reviews')) {
      response.json([]);
      return;
    }
    if (request.path.endsWith('/issues/42')) {
      response.json({ closed_by: { login: 'alice' } });
      return;
    }
    response.json({
      number: 42,
      html_url: 'https://github.com/my-org/pay/pull/42',
      title: 't',
      state: 'open',
      merged: false,
      merged_by: null,
      merge_commit_sha: 'c'.repeat(40),
      mergeable_state: 'clean',
      head: { ref: 'rollback/pay-abc1234', sha: 'a'.repeat(40) },
      base: { ref: 'staging', sha: 'b'.repeat(40) },
      labels: [{ name: 'ai-operator' }],
      ...pull,
    });
  });
  try {
    return await at.github.getPullRequest('my-org/pay', 42, at.call);
  } finally {
    await at.server.close();
  }
}

const approvals = (...states: string[]) => ({
  latestOpinionatedReviews: { nodes: states.map(state => ({ state })) },
});

describe('getPullRequest', () => {
  it('is quiet about a pull request that nothing holds back', async () => {
    expect(await statusOf({})).toEqual({
      number: 42,
      state: 'open',
      headSha: 'a'.repeat(40),
      baseSha: 'b'.repeat(40),
      labels: ['ai-operator'],
      mergeSha: undefined,
      endedBy: undefined,
      mergeableState: 'clean',
      blockers: [],
      approvals: { have: 0, need: 0 },
      changesRequested: false,
      mergeQueue: false,
    });
  });

  it.each([
    ['clean', undefined],
    ['has_hooks', undefined],
    ['unstable', undefined],
    ['blocked', 'Branch protection blocks'],
    ['behind', 'up to date'],
    ['dirty', 'merge conflicts'],
    ['draft', 'draft'],
    ['unknown', undefined],
  ])('understands %s', async (state, blocker) => {
    const now = await statusOf({ pull: { mergeable_state: state } });
    expect(now.mergeableState).toBe(state);
    expect(now.blockers).toHaveLength(blocker ? 1 : 0);
    expect(now.blockers.join()).toContain(blocker ?? '');
  });

  it.each([['queued_somehow'], [undefined], ['CLEAN']])(
    'does not take %s for mergeable',
    async state => {
      expect(
        (await statusOf({ pull: { mergeable_state: state } })).mergeableState,
      ).toBe('unknown');
    },
  );

  it('counts the approvals there are and those GitHub still wants', async () => {
    expect(
      await statusOf({
        pull: { mergeable_state: 'blocked' },
        review: {
          reviewDecision: 'REVIEW_REQUIRED',
          baseRef: { refUpdateRule: { requiredApprovingReviewCount: 2 } },
          ...approvals('APPROVED', 'COMMENTED'),
        },
      }),
    ).toMatchObject({
      approvals: { have: 1, need: 2 },
      blockers: ['2 approving reviews are required, 1 given'],
    });
    expect(
      await statusOf({
        review: { reviewDecision: 'APPROVED', ...approvals('APPROVED') },
      }),
    ).toMatchObject({ approvals: { have: 1, need: 0 }, blockers: [] });
    expect(
      await statusOf({ review: { reviewDecision: 'REVIEW_REQUIRED' } }),
    ).toMatchObject({
      approvals: { have: 0, need: 1 },
      blockers: ['1 approving review is required, 0 given'],
    });
  });

  it('hears an objection where no review is demanded, too', async () => {
    expect(
      await statusOf({
        review: { ...approvals('APPROVED', 'CHANGES_REQUESTED') },
      }),
    ).toMatchObject({
      approvals: { have: 1, need: 0 },
      changesRequested: true,
      blockers: ['A reviewer requested changes'],
    });
  });

  it('names a reviewer who objects, and a merge queue', async () => {
    expect(
      await statusOf({
        pull: { mergeable_state: 'blocked' },
        review: {
          reviewDecision: 'CHANGES_REQUESTED',
          mergeQueue: { id: 'MQ_1' },
        },
      }),
    ).toMatchObject({
      mergeQueue: true,
      blockers: [
        'A reviewer requested changes',
        'Its base branch is merged through a merge queue',
      ],
    });
  });

  it('knows who ended it', async () => {
    expect(await statusOf({ pull: { state: 'closed' } })).toMatchObject({
      state: 'closed',
      endedBy: 'alice',
      mergeSha: undefined,
    });
    expect(
      await statusOf({
        pull: { state: 'closed', merged: true, merged_by: { login: 'bob' } },
      }),
    ).toMatchObject({
      state: 'merged',
      endedBy: 'bob',
      mergeSha: 'c'.repeat(40),
    });
  });

  it('names the field it cannot use', async () => {
    await expect(
      statusOf({ pull: { head: { ref: 'x' } } }),
    ).rejects.toMatchObject({
      code: 'MALFORMED_ANSWER',
      message: expect.stringContaining("'head.sha'"),
    });
  });
});
