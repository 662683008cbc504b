import { ChangePlan } from '../core';
import { HumanCommand } from '../core/people';
import { CallRecord, PortError } from '../ports';
import { FakeGitHub, FakePeople } from '../ports/fakes';
import { readApprovals } from './approvals';

const NOW = Date.parse('2026-02-27T10:33:00Z');
const REPOSITORY = 'my-org/payment-service';
const ALICE = { entityRef: 'user:default/alice', login: 'alice' };

function command(overrides: Partial<HumanCommand> = {}): HumanCommand {
  return {
    id: 'portal:1',
    command: 'APPROVE',
    source: 'portal',
    person: ALICE,
    at: NOW - 5_000,
    headSha: 'f'.repeat(40),
    result: 'pending',
    ...overrides,
  };
}

describe('readApprovals', () => {
  let github: FakeGitHub;
  let people: FakePeople;
  let number: number;
  let head: string;
  let calls: CallRecord[];

  beforeEach(async () => {
    calls = [];
    github = new FakeGitHub({ now: () => NOW });
    people = new FakePeople({ now: () => NOW });
    people.put(ALICE, ['senior_maintainer']);
    people.put({ entityRef: 'user:default/bob', login: 'bob' }, ['approver']);
    const baseSha = github.commit('main', 'app.yaml', 'a');
    const change: ChangePlan = { baseSha, files: [] };
    const opened = await github.openPullRequest(
      {
        repository: REPOSITORY,
        baseBranch: 'main',
        headBranch: 'rollback/payment-service-abc1234',
        change,
        title: 'Rollback',
        body: '',
        labels: [],
        commitMessage: 'Rollback',
      },
      { record: () => {} },
    );
    if (opened.result !== 'opened') {
      throw new Error(opened.because);
    }
    ({ number, headSha: head } = opened.pullRequest);
  });

  function read(commands: HumanCommand[] = []) {
    return readApprovals(
      { repository: REPOSITORY, number, commands },
      { github, people },
      { record: call => calls.push(call) },
      () => NOW,
    );
  }

  it('is empty while nobody has said anything', async () => {
    await expect(read()).resolves.toEqual([]);
  });

  it('gathers reviews, the portal and the issue, each with the roles of now', async () => {
    github.review(number, {
      login: 'alice',
      at: NOW - 9_000,
      url: 'https://r',
    });
    await expect(
      read([
        command({ result: 'accepted' }),
        command({
          id: 'issue:1',
          source: 'issue',
          person: { login: 'bob' },
          at: NOW - 4_000,
        }),
      ]),
    ).resolves.toEqual([
      {
        source: 'review',
        person: ALICE,
        decision: 'approved',
        at: NOW - 9_000,
        headSha: head,
        isBot: false,
        isAuthor: false,
        url: 'https://r',
        roles: { known: true, value: ['senior_maintainer'], at: NOW },
      },
      {
        source: 'portal',
        person: ALICE,
        decision: 'approved',
        at: NOW - 5_000,
        headSha: 'f'.repeat(40),
        isBot: false,
        isAuthor: false,
        roles: { known: true, value: ['senior_maintainer'], at: NOW },
      },
      {
        source: 'issue',
        person: { entityRef: 'user:default/bob', login: 'bob' },
        decision: 'approved',
        at: NOW - 4_000,
        headSha: 'f'.repeat(40),
        isBot: false,
        isAuthor: false,
        roles: { known: true, value: ['approver'], at: NOW },
      },
    ]);
  });

  it.each(['CHANGES_REQUESTED', 'DISMISSED'] as const)(
    'takes a review that is %s for a withdrawal',
    async state => {
      github.review(number, { login: 'alice', state });
      await expect(read()).resolves.toMatchObject([{ decision: 'withdrawn' }]);
    },
  );

  it('dates a withdrawn command by its withdrawal, so that it takes back what came before', async () => {
    await expect(
      read([command({ result: 'withdrawn', answeredAt: NOW - 1_000 })]),
    ).resolves.toMatchObject([{ decision: 'withdrawn', at: NOW - 1_000 }]);
    await expect(
      read([command({ result: 'withdrawn' })]),
    ).resolves.toMatchObject([{ decision: 'withdrawn', at: NOW - 5_000 }]);
  });

  it('leaves out refused approvals and other commands', async () => {
    await expect(
      read([
        command({ result: 'refused' }),
        command({ id: 'portal:2', command: 'ABORT' }),
        command({ id: 'portal:3', command: 'MANUAL', result: 'accepted' }),
        command({ id: 'portal:4', command: 'RESET' }),
      ]),
    ).resolves.toEqual([]);
  });

  it('marks bots and the author, whatever the letters of the login', async () => {
    github.pull(number).author = 'Alice';
    github.review(number, { login: 'ALICE' });
    github.review(number, { login: 'renovate[bot]', isBot: true });
    const facts = await read([
      // The portal knows the person by the catalog only; the login is found out.
      command({ person: { entityRef: 'user:default/alice' } }),
    ]);
    expect(
      facts.map(({ source, isAuthor, isBot }) => ({
        source,
        isAuthor,
        isBot,
      })),
    ).toEqual([
      { source: 'review', isAuthor: true, isBot: false },
      { source: 'review', isAuthor: false, isBot: true },
      { source: 'portal', isAuthor: true, isBot: false },
    ]);
  });

  it('knows nobody’s roles rather than fewer than there are, and names the reason', async () => {
    github.review(number, { login: 'alice' });
    people.mishaps.failAlways(
      'find',
      new PortError('UNAVAILABLE', 'The catalog does not answer'),
    );
    await expect(read([command()])).resolves.toMatchObject([
      {
        person: { login: 'alice' },
        roles: {
          known: false,
          because: 'The catalog does not answer',
          at: NOW,
        },
      },
      {
        person: ALICE,
        roles: {
          known: false,
          because: 'The catalog does not answer',
          at: NOW,
        },
      },
    ]);
  });

  it('does not know one person’s roles without doubting those of others', async () => {
    github.review(number, { login: 'bob' });
    github.review(number, { login: 'alice' });
    people.mishaps.failNext('find', new PortError('TIMEOUT', 'too slow'));
    const facts = await read();
    expect(facts.map(({ roles }) => roles.known)).toEqual([false, true]);
  });

  it('gives strangers no roles', async () => {
    github.review(number, { login: 'stranger' });
    await expect(read()).resolves.toMatchObject([
      { person: { login: 'stranger' }, roles: { known: true, value: [] } },
    ]);
  });

  it('asks once for everybody, however often they spoke', async () => {
    github.review(number, { login: 'alice' });
    await read([
      command({ person: { login: 'alice' } }),
      command({ id: 'portal:2', person: { login: 'ALICE' } }),
      command({ id: 'portal:3' }),
      command({ id: 'portal:4', person: { entityRef: ALICE.entityRef } }),
    ]);
    expect(
      calls.filter(({ name }) => name === 'catalog.readPeople'),
    ).toHaveLength(2);
  });

  it('fails when the reviews cannot be read: silence is no approval and no refusal', async () => {
    github.mishaps.failNext('getReviews', new PortError('UNAVAILABLE', '503'));
    await expect(read([command()])).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
  });

  it('passes on faults of our own', async () => {
    github.review(number, { login: 'alice' });
    jest.spyOn(people, 'find').mockRejectedValue(new TypeError('ours'));
    await expect(read()).rejects.toThrow(TypeError);
  });

  it('does not decide over a crowd', async () => {
    const crowd = (size: number) =>
      Array.from({ length: size }, (_, index) =>
        command({
          id: `portal:${index}`,
          person: { entityRef: `user:default/${index}` },
        }),
      );
    await expect(read(crowd(200))).resolves.toHaveLength(200);
    await expect(read(crowd(201))).rejects.toMatchObject({
      code: 'VALIDATION',
      message: expect.stringContaining(`#${number}`),
    });
  });
});
