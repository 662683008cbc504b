import { LocalGitHub, startLocalGitHub } from '../__testUtils__/localGitHub';

/** A pull request that waits, and what GitHub is asked about it. */
interface Waiting {
  at: LocalGitHub;
  now: number;
  /** GitHub's tags of the two REST answers; undefined: it gives none. */
  pullTag: string | undefined;
  reviewsTag: string | undefined;
  approvals: number;
  graphqlFails: boolean;
  questions: number;
  look(number?: number): ReturnType<LocalGitHub['github']['getPullRequest']>;
}

async function waiting(): Promise<Waiting> {
  const state: Omit<Waiting, 'at' | 'look'> = {
    now: 1_000_000,
    pullTag: '"p1"',
    reviewsTag: '"r1"',
    approvals: 0,
    graphqlFails: false,
    questions: 0,
  };
  const at = await startLocalGitHub(
    (request, response) => {
      if (request.path === '/api/graphql') {
        state.questions += 1;
        if (state.graphqlFails) {
          response.status(404).json({ message: 'no' });
          return;
        }
        response.json({
          data: {
            repository: {
              pullRequest: {
                latestOpinionatedReviews: {
                  nodes: Array(state.approvals).fill({ state: 'APPROVED' }),
                },
              },
            },
          },
        });
        return;
      }
      const isReviews = request.path.endsWith('/reviews');
      const tag = isReviews ? state.reviewsTag : state.pullTag;
      if (tag !== undefined) {
        response.set('etag', tag);
        if (request.get('if-none-match') === tag) {
          response.status(304).end();
          return;
        }
      }
      const body = isReviews
        ? []
        : {
            number: 42,
            html_url: 'x',
            title: 't',
            state: 'open',
            merged: false,
            mergeable_state: 'clean',
            head: { ref: 'h', sha: 'a'.repeat(40) },
            base: { ref: 'main', sha: 'b'.repeat(40) },
            labels: [],
          };
      // Not `json`, which would make up a tag where there is to be none.
      response.type('json').end(JSON.stringify(body));
    },
    { now: () => state.now },
  );
  return Object.assign(state, {
    at,
    look: (number = 42) =>
      at.github.getPullRequest('my-org/pay', number, at.call),
  });
}

describe('what only GraphQL tells about a pull request', () => {
  let wait: Waiting;

  beforeEach(async () => {
    wait = await waiting();
  });
  afterEach(async () => {
    await wait.at.server.close();
  });

  it('is asked once in 25 s while nothing else changes', async () => {
    await wait.look();
    wait.approvals = 1;
    wait.now += 24_999;
    expect(await wait.look()).toMatchObject({ approvals: { have: 0 } });
    expect(wait.questions).toBe(1);
    wait.now += 1;
    expect(await wait.look()).toMatchObject({ approvals: { have: 1 } });
    expect(wait.questions).toBe(2);
  });

  it.each(['pullTag', 'reviewsTag'] as const)(
    'is asked at once when %s changes',
    async tag => {
      await wait.look();
      wait[tag] = '"other"';
      wait.approvals = 1;
      expect(await wait.look()).toMatchObject({ approvals: { have: 1 } });
      await wait.look();
      expect(wait.questions).toBe(2);
    },
  );

  it('is asked at once when somebody else was the first to hear the news', async () => {
    await wait.look();
    wait.reviewsTag = '"r2"';
    wait.approvals = 1;
    await wait.at.github.getReviews('my-org/pay', 42, wait.at.call);
    // To this look GitHub says 304.
    expect(await wait.look()).toMatchObject({ approvals: { have: 1 } });
    expect(wait.questions).toBe(2);
  });

  it('is asked every time where GitHub gives no tags', async () => {
    wait.reviewsTag = undefined;
    await wait.look();
    await wait.look();
    expect(wait.questions).toBe(2);
  });

  it('is not taken from memory when GitHub does not answer in time', async () => {
    await wait.look();
    wait.now += 25_000;
    wait.graphqlFails = true;
    await expect(wait.look()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    wait.graphqlFails = false;
    expect(await wait.look()).toMatchObject({ state: 'open' });
    expect(wait.questions).toBe(3);
  });

  it('is kept for each pull request alone', async () => {
    await wait.look(42);
    await wait.look(43);
    expect(wait.questions).toBe(2);
  });
});
