import { REPOSITORY, rest } from '../__testUtils__/rollbackInWorld';
import {
  startWorldAdapters,
  WorldAdapters,
} from '../__testUtils__/worldAdapters';

// Each test has a world of its own, git repositories included.
jest.setTimeout(30_000);

const MARKER = 'ai-operator:5f0c:escalation';

describe('the escalation issue', () => {
  let bench: WorldAdapters;

  beforeEach(async () => {
    bench = await startWorldAdapters();
  });
  afterEach(async () => {
    await bench.stop();
  });

  const raise = (title = 'Approval needed') =>
    bench.github.raiseIssue(
      {
        repository: REPOSITORY,
        title,
        body: `Why: ${title}`,
        labels: ['ai-operator', 'escalation', 'urgent', 'production'],
        marker: MARKER,
      },
      bench.call,
    );

  const comments = (number: number) =>
    bench.github.listIssueComments(REPOSITORY, number, bench.call);

  const answer = (
    issueNumber: number,
    commentId: number,
    reply = 'Approved by alice.',
    reaction: '+1' | '-1' = '+1',
  ) =>
    bench.github.answerComment(
      {
        repository: REPOSITORY,
        issueNumber,
        commentId,
        reaction,
        reply,
        marker: `ai-operator:5f0c:answer:${commentId}`,
      },
      bench.call,
    );

  const close = (marker = MARKER) =>
    bench.github.closeIssue(
      {
        repository: REPOSITORY,
        marker,
        comment: 'It has ended: health restored.',
        commentMarker: 'ai-operator:5f0c:end',
      },
      bench.call,
    );

  const issue = (number: number) => {
    const found = bench.world.github
      .issues(REPOSITORY)
      .find(each => each.number === number);
    if (!found) {
      throw new Error(`No issue #${number}`);
    }
    return found;
  };

  it('shows what people wrote, in order, edits included', async () => {
    const { acting } = bench.world.github;
    const { number } = await raise();
    expect(await comments(number)).toEqual([]);
    const first = acting.comment('alice', REPOSITORY, number, 'APPROVE');
    const at = bench.clock.now();
    await bench.clock.advance(30_000);
    acting.comment('dave', REPOSITORY, number, 'ABORT too risky');
    acting.editComment('alice', first.id, 'Never mind');
    expect(await comments(number)).toEqual([
      {
        id: first.id,
        login: 'alice',
        isBot: false,
        body: 'Never mind',
        createdAt: at,
        updatedAt: at + 30_000,
        url: expect.stringContaining(`/issues/${number}#issuecomment-`),
      },
      expect.objectContaining({
        login: 'dave',
        body: 'ABORT too risky',
        createdAt: at + 30_000,
        updatedAt: at + 30_000,
      }),
    ]);
    acting.deleteComment('alice', first.id);
    expect(await comments(number)).toMatchObject([{ login: 'dave' }]);
  });

  it('is read to its last page', async () => {
    const { acting } = bench.world.github;
    const { number } = await raise();
    for (let count = 1; count <= 101; count += 1) {
      acting.comment('dave', REPOSITORY, number, `Remark ${count}`);
    }
    const read = await comments(number);
    expect(read).toHaveLength(101);
    expect(read[100].body).toBe('Remark 101');
  });

  it('can be watched for nothing', async () => {
    const { number } = await raise();
    bench.world.github.acting.comment('dave', REPOSITORY, number, 'Hm.');
    await comments(number);
    const left = bench.github.budget(REPOSITORY)?.remaining;
    for (let look = 0; look < 20; look += 1) {
      await bench.clock.advance(30_000);
      await comments(number);
    }
    expect(bench.github.budget(REPOSITORY)?.remaining).toBe(left);
    bench.world.github.acting.comment('alice', REPOSITORY, number, 'APPROVE');
    expect(await comments(number)).toHaveLength(2);
  });

  it('says NOT_FOUND when it is gone', async () => {
    await expect(comments(9_999)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(bench.slept).toEqual([]);
  });

  it('answers a command once, with a reaction and a reply', async () => {
    const { number } = await raise();
    const { id } = bench.world.github.acting.comment(
      'alice',
      REPOSITORY,
      number,
      'APPROVE',
    );
    expect(await answer(number, id)).toBe('answered');
    expect(await answer(number, id)).toBe('answered');
    expect(issue(number).comments).toEqual([
      expect.objectContaining({
        id,
        reactions: [{ login: 'ai-operator[bot]', content: '+1' }],
      }),
      expect.objectContaining({
        author: 'ai-operator[bot]',
        body: `Approved by alice.\n\n<!-- ai-operator:5f0c:answer:${id} -->`,
      }),
    ]);
    expect(await comments(number)).toMatchObject([
      { isBot: false },
      { isBot: true },
    ]);
  });

  it('answers two commands each for itself', async () => {
    const { number } = await raise();
    const { acting } = bench.world.github;
    const one = acting.comment('alice', REPOSITORY, number, 'APPROVE');
    const two = acting.comment('dave', REPOSITORY, number, 'APPROVE');
    await answer(number, one.id);
    await answer(number, two.id, 'You are developer.', '-1');
    expect(
      issue(number).comments.map(({ reactions, body }) => [
        reactions[0]?.content,
        body.split('\n')[0],
      ]),
    ).toEqual([
      ['+1', 'APPROVE'],
      ['-1', 'APPROVE'],
      [undefined, 'Approved by alice.'],
      [undefined, 'You are developer.'],
    ]);
  });

  it('has nothing to answer to a comment that is gone', async () => {
    const { number } = await raise();
    const { acting } = bench.world.github;
    const { id } = acting.comment('alice', REPOSITORY, number, 'APPROVE');
    acting.deleteComment('alice', id);
    expect(await answer(number, id)).toBe('gone');
    expect(issue(number).comments).toEqual([]);
    expect(bench.records.at(-1)).toMatchObject({
      name: 'github.answerComment',
      result: 'success',
      response: { result: 'gone' },
    });
  });

  it.each(['reaction', 'reply'])(
    'answers once even when GitHub’s word on the %s is lost',
    async part => {
      const { number } = await raise();
      const { id } = bench.world.github.acting.comment(
        'alice',
        REPOSITORY,
        number,
        'APPROVE',
      );
      const original = globalThis.fetch;
      let lost = 0;
      const spy = jest
        .spyOn(globalThis, 'fetch')
        .mockImplementation(async (input, init) => {
          const reply = await original(input, init);
          const isPart =
            init?.method === 'POST' &&
            String(input).endsWith(
              part === 'reaction' ? '/reactions' : '/comments',
            );
          if (isPart && lost === 0) {
            lost += 1;
            throw Object.assign(new TypeError('fetch failed'), {
              cause: { code: 'ECONNRESET' },
            });
          }
          return reply;
        });
      try {
        await expect(answer(number, id)).rejects.toMatchObject({
          code: 'UNAVAILABLE',
        });
      } finally {
        spy.mockRestore();
      }
      // Repeating is the outbox's business.
      expect(bench.slept).toEqual([]);
      expect(await answer(number, id)).toBe('answered');
      const [asked, ...replies] = issue(number).comments;
      expect(asked.reactions).toHaveLength(1);
      expect(replies).toHaveLength(1);
    },
  );

  it('is closed once, with one last word', async () => {
    const { number } = await raise();
    expect(await close()).toBe('closed');
    expect(await close()).toBe('already_closed');
    expect(issue(number)).toMatchObject({
      state: 'closed',
      comments: [
        {
          body: 'It has ended: health restored.\n\n<!-- ai-operator:5f0c:end -->',
        },
      ],
    });
    expect((await rest(bench, `/issues/${number}`)).body).toMatchObject({
      state_reason: 'completed',
    });
  });

  it('gets its last word when somebody has closed it before', async () => {
    const { number } = await raise();
    await rest(bench, `/issues/${number}`, {
      method: 'PATCH',
      body: { state: 'closed', state_reason: 'not_planned' },
    });
    expect(await close()).toBe('already_closed');
    expect(issue(number).comments).toHaveLength(1);
    expect((await rest(bench, `/issues/${number}`)).body).toMatchObject({
      state_reason: 'not_planned',
    });
  });

  it('is not mistaken for that of another incident', async () => {
    await raise();
    expect(await close('ai-operator:77aa:escalation')).toBe('no_issue');
    expect(bench.world.github.issues(REPOSITORY)).toMatchObject([
      { state: 'open' },
    ]);
  });

  it('stays closed when a person closed it, and its text stays true', async () => {
    const { number } = await raise();
    await rest(bench, `/issues/${number}`, {
      method: 'PATCH',
      body: { state: 'closed' },
    });
    expect(await raise('CI failure')).toMatchObject({ number });
    expect(issue(number)).toMatchObject({
      state: 'closed',
      title: 'CI failure',
      body: expect.stringContaining('Why: CI failure'),
    });
    expect(bench.world.github.issues(REPOSITORY)).toHaveLength(1);
  });
});
