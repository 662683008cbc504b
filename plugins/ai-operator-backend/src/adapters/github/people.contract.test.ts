import { z } from 'zod';
import { DEMO_ACCESS } from '@ai-operator/world';
import { OpenedPullRequest } from '../../core/rollback';
import {
  openRollback,
  REPOSITORY,
  rest,
  tokenOf,
} from '../__testUtils__/rollbackInWorld';
import {
  startWorldAdapters,
  WorldAdapters,
} from '../__testUtils__/worldAdapters';

// Each test has a world of its own, git repositories included.
jest.setTimeout(30_000);

describe('people on a pull request', () => {
  let bench: WorldAdapters;
  let pull: OpenedPullRequest;

  beforeEach(async () => {
    bench = await startWorldAdapters();
    pull = await openRollback(bench, 'production');
    bench.forget();
  });
  afterEach(async () => {
    await bench.stop();
  });

  const reviews = () =>
    bench.github.getReviews(REPOSITORY, pull.number, bench.call);

  const submit = (token: string, login: string, headSha = pull.headSha) =>
    bench.github.submitReview(
      {
        repository: REPOSITORY,
        number: pull.number,
        headSha,
        body: 'Approved in the portal.',
        token,
        login,
      },
      bench.call,
    );

  it('are heard with their last word, and the author is named', async () => {
    const { acting } = bench.world.github;
    expect(await reviews()).toEqual({
      author: DEMO_ACCESS.github.operatorLogin,
      reviews: [],
    });
    acting.review('alice', REPOSITORY, pull.number, { event: 'APPROVE' });
    acting.review('erin', REPOSITORY, pull.number, {
      event: 'REQUEST_CHANGES',
      body: 'Why?',
    });
    acting.review('alice', REPOSITORY, pull.number, {
      event: 'COMMENT',
      body: 'Done.',
    });
    acting.review('bob', REPOSITORY, pull.number, {
      event: 'COMMENT',
      body: 'Looks right.',
    });
    expect(await reviews()).toEqual({
      author: DEMO_ACCESS.github.operatorLogin,
      reviews: [
        {
          login: 'alice',
          isBot: false,
          state: 'APPROVED',
          headSha: pull.headSha,
          at: bench.clock.now(),
          url: expect.stringContaining(`/pull/${pull.number}#`),
        },
        expect.objectContaining({ login: 'erin', state: 'CHANGES_REQUESTED' }),
      ],
    });
    acting.dismiss('erin', REPOSITORY, pull.number, 'alice');
    expect(await reviews()).toMatchObject({
      reviews: [
        { login: 'alice', state: 'DISMISSED' },
        { login: 'erin', state: 'CHANGES_REQUESTED' },
      ],
    });
    const last = bench.records[bench.records.length - 1];
    expect(last).toMatchObject({
      name: 'github.listReviews',
      parameters: { repository: REPOSITORY, number: pull.number },
      response: { approved: 0, changesRequested: 1, dismissed: 1 },
    });
  });

  it('approve a commit, not whatever is pushed after it', async () => {
    bench.world.github.setProtection(REPOSITORY, 'main', undefined);
    const { acting } = bench.world.github;
    acting.review('alice', REPOSITORY, pull.number, { event: 'APPROVE' });
    const pushed = await acting.push('dave', REPOSITORY, pull.number);
    const after = await reviews();
    expect(after.reviews).toMatchObject([
      { login: 'alice', state: 'APPROVED', headSha: pull.headSha },
    ]);
    expect(pushed).not.toBe(pull.headSha);
  });

  it('approve in their own name, which satisfies the branch protection', async () => {
    const before = await bench.github.getPullRequest(
      REPOSITORY,
      pull.number,
      bench.call,
    );
    expect(before.approvals).toEqual({ have: 0, need: 1 });
    const token = tokenOf(bench, 'alice');
    expect(await submit(token, 'Alice')).toEqual({ result: 'submitted' });
    expect(await reviews()).toMatchObject({
      reviews: [{ login: 'alice', state: 'APPROVED', headSha: pull.headSha }],
    });
    // At once: the review has changed what REST answers.
    const after = await bench.github.getPullRequest(
      REPOSITORY,
      pull.number,
      bench.call,
    );
    expect(after.approvals).toEqual({ have: 1, need: 1 });

    expect(await submit(token, 'alice')).toEqual({
      result: 'already_approved',
    });
    expect((await reviews()).reviews).toHaveLength(1);
    const listed = z
      .array(z.object({ body: z.string() }))
      .parse((await rest(bench, `/pulls/${pull.number}/reviews`)).body);
    expect(listed).toEqual([{ body: 'Approved in the portal.' }]);
    expect(JSON.stringify([bench.records, bench.budgets])).not.toContain(token);
  });

  it('are told why GitHub does not take their approval', async () => {
    const { tokens, acting } = bench.world.github;
    const because = async (answer: ReturnType<typeof submit>) => {
      const result = await answer;
      return result.result === 'refused' ? result.because : result.result;
    };
    const alice = tokenOf(bench, 'alice');
    expect(await because(submit(alice, 'erin'))).toContain(
      "belongs to 'alice', not to 'erin'",
    );
    tokens.revoke(alice);
    expect(await because(submit(alice, 'alice'))).toContain(
      'sign in to GitHub again',
    );
    expect(
      await because(submit(tokenOf(bench, 'alice', ['read:user']), 'alice')),
    ).toContain("lacks the scope 'repo'");
    expect(
      await because(
        submit(
          DEMO_ACCESS.github.operatorToken,
          DEMO_ACCESS.github.operatorLogin,
        ),
      ),
    ).toContain('Can not approve your own pull request');
    const pushed = await acting.push('dave', REPOSITORY, pull.number);
    expect(await because(submit(tokenOf(bench, 'erin'), 'erin'))).toContain(
      `its head is ${pushed} now`,
    );
    await bench.world.github.closePullRequest(REPOSITORY, pull.number, 'alice');
    expect(
      await because(submit(tokenOf(bench, 'erin'), 'erin', pushed)),
    ).toContain('is closed already');
    expect((await reviews()).reviews).toEqual([]);
    expect(bench.records.filter(({ result }) => result === 'failure')).toEqual(
      [],
    );
  });
});

describe('teams', () => {
  let bench: WorldAdapters;

  beforeEach(async () => {
    bench = await startWorldAdapters();
  });
  afterEach(async () => {
    await bench.stop();
  });

  const members = (team: string) =>
    bench.github.listTeamMembers(team, bench.call);

  it('are read as they are now', async () => {
    expect(await members('my-org/senior-maintainers')).toEqual([
      'alice',
      'erin',
    ]);
    bench.world.github.acting.setTeamMember(
      'my-org',
      'senior-maintainers',
      'erin',
      false,
    );
    expect(await members('my-org/senior-maintainers')).toEqual(['alice']);
    expect(bench.records).toMatchObject([
      {
        name: 'github.listTeamMembers',
        parameters: { team: 'my-org/senior-maintainers' },
        response: { members: 2 },
      },
      { response: { members: 1 } },
    ]);
  });

  it('cost nothing while nothing changes', async () => {
    await members('my-org/approvers');
    const left = bench.github.budget(REPOSITORY)?.remaining;
    await members('my-org/approvers');
    expect(left).toBeLessThan(5_000);
    expect(bench.github.budget(REPOSITORY)?.remaining).toBe(left);
  });

  it.each([
    ['my-org/nobody', 'NOT_FOUND', "shows us no team 'my-org/nobody'"],
    ['no-org/approvers', 'NOT_FOUND', 'Members: read'],
    ['approvers', 'VALIDATION', 'does not name a GitHub team'],
    ['ghe.example.com/a/b', 'MISCONFIGURED', 'integrations.github'],
  ])('say why %s cannot be read', async (team, code, message) => {
    await expect(members(team)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
    expect(bench.records).toMatchObject([
      { name: 'github.listTeamMembers', errorCode: code },
    ]);
  });
});
