import { startLocalGitHub } from '../__testUtils__/localGitHub';

const HEAD = 'a'.repeat(40);
const MERGE = 'c'.repeat(40);

const OPEN = {
  number: 42,
  html_url: 'x',
  title: 't',
  state: 'open',
  merged: false,
  mergeable_state: 'clean',
  head: { ref: 'rollback/pay-abc1234', sha: HEAD },
  base: { ref: 'staging', sha: 'b'.repeat(40) },
  labels: [],
};

function mergedBy(login: string) {
  return {
    ...OPEN,
    state: 'closed',
    merged: true,
    merged_by: { login },
    merge_commit_sha: MERGE,
  };
}

/**
 * @param looks - what GitHub shows of the pull request, one look after the other; the last one stays
 * @param put - how it answers the merge
 */
async function merging(
  looks: unknown[],
  put: { status: number; body: unknown; headers?: Record<string, string> },
) {
  let look = 0;
  const merges: unknown[] = [];
  const at = await startLocalGitHub((request, response) => {
    if (request.path === '/api/graphql') {
      response.json({ data: { viewer: { login: 'ai-operator' } } });
    } else if (request.method === 'PUT') {
      merges.push(request.body);
      response
        .status(put.status)
        .set(put.headers ?? {})
        .json(put.body);
    } else {
      response.json(looks[Math.min(look, looks.length - 1)]);
      look += 1;
    }
  });
  try {
    const answer = await at.github
      .mergePullRequest(
        {
          repository: 'my-org/pay',
          number: 42,
          headSha: HEAD,
          baseBranch: 'staging',
          holdLabel: 'do-not-merge/hold',
          commitTitle: 'Rollback',
          commitMessage: 'Correlation ID: 5f0c',
        },
        at.call,
      )
      .catch((error: unknown) => error);
    return { answer, merges, slept: at.slept };
  } finally {
    await at.server.close();
  }
}

const NOT_MERGEABLE = {
  status: 405,
  body: { message: 'Pull Request is not mergeable' },
};

describe('mergePullRequest', () => {
  it('names the one head that may be merged', async () => {
    const { answer, merges } = await merging([OPEN], {
      status: 200,
      body: { sha: MERGE, merged: true, message: 'ok' },
    });
    expect(answer).toEqual({
      result: 'merged',
      mergeSha: MERGE,
      mergedBy: 'operator',
    });
    expect(merges).toEqual([
      {
        sha: HEAD,
        merge_method: 'squash',
        commit_title: 'Rollback',
        commit_message: 'Correlation ID: 5f0c',
      },
    ]);
  });

  it.each([
    ['ai-operator[bot]', 'operator'],
    ['alice', 'human'],
  ])(
    'takes a pull request that %s has merged in this very moment for merged',
    async (login, by) => {
      const { answer, merges } = await merging(
        [OPEN, mergedBy(login)],
        NOT_MERGEABLE,
      );
      expect(answer).toEqual({
        result: 'merged',
        mergeSha: MERGE,
        mergedBy: by,
      });
      expect(merges).toHaveLength(1);
    },
  );

  it('does not merge again what is merged already', async () => {
    const { answer, merges } = await merging([mergedBy('alice')], {
      status: 500,
      body: {},
    });
    expect(answer).toMatchObject({ result: 'merged', mergedBy: 'human' });
    expect(merges).toEqual([]);
  });

  it('says that the head has moved in this very moment', async () => {
    const { answer } = await merging(
      [OPEN, { ...OPEN, head: { ...OPEN.head, sha: 'd'.repeat(40) } }],
      {
        status: 409,
        body: { message: 'Head branch was modified. Review and try again.' },
      },
    );
    expect(answer).toMatchObject({ result: 'refused', headMoved: true });
  });

  it('passes on why GitHub refuses, and what it calls the state', async () => {
    const { answer } = await merging(
      [OPEN, { ...OPEN, mergeable_state: 'blocked' }],
      NOT_MERGEABLE,
    );
    expect(answer).toEqual({
      result: 'refused',
      because: expect.stringMatching(
        /it calls it 'blocked'.*Pull Request is not mergeable/,
      ),
      headMoved: false,
    });
  });

  it.each([
    [403, {}, 'PERMISSION_DENIED'],
    [403, { 'retry-after': '5' }, 'RATE_LIMITED'],
    [404, {}, 'NOT_FOUND'],
    [429, { 'retry-after': '5' }, 'RATE_LIMITED'],
    [503, {}, 'UNAVAILABLE'],
  ] as const)(
    'leaves %d with %j to whoever asked, without trying again itself',
    async (status, headers, code) => {
      const { answer, merges, slept } = await merging([OPEN], {
        status,
        headers,
        body: { message: 'no' },
      });
      expect(answer).toMatchObject({ code });
      expect(merges).toHaveLength(1);
      expect(slept).toEqual([]);
    },
  );
});
