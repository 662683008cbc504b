import { mockServices } from '@backstage/backend-test-utils';
import { Policy, Rollback } from '../core';
import {
  Database,
  getRollback,
  insertCommand,
  listAudit,
  listCommands,
  wakeIssue,
} from '../persistence';
import {
  aCommand,
  openOne,
  SHA,
  states,
  T0,
} from '../persistence/__testUtils__/fixtures';
import { PortError } from '../ports';
import { FakeGitHub, FakePeople } from '../ports/fakes';
import {
  dueIssues,
  escalated,
  INCIDENTS,
  openMemory,
  raise,
} from './__testUtils__/escalated';
import { IssueWatcher } from './issueWatcher';

const POLL = 30_000;
const DAY = 24 * 3_600_000;
const MARKER = (id: string) => `ai-operator:${id}:escalation`;

describe('IssueWatcher', () => {
  let db: Database;
  let now: number;
  let github: FakeGitHub;
  let people: FakePeople;
  let logger: ReturnType<typeof mockServices.logger.mock>;
  let auditor: ReturnType<typeof mockServices.auditor.mock>;
  let onRecorded: jest.Mock;
  let onLooked: jest.Mock;
  let watcher: IssueWatcher;
  let rollback: Rollback;
  let issue: number;

  function createWatcher(): IssueWatcher {
    return new IssueWatcher({
      db,
      github,
      people,
      policy: { timing: { escalationPoll: POLL } } as Policy,
      clock: { now: () => now },
      logger,
      auditor,
      timeoutMs: 25_000,
      onRecorded,
      onLooked,
    });
  }

  /** Looks at everything that is due now; answers how many issues that were. */
  async function look(
    signal: AbortSignal = new AbortController().signal,
  ): Promise<number> {
    const due = await dueIssues(db, now);
    for (const claimed of due) {
      await watcher.look(claimed, signal);
    }
    return due.length;
  }

  async function lookAgain(): Promise<number> {
    now += POLL;
    return look();
  }

  async function answers() {
    const rows = await db
      .knex('outbox')
      .where({ kind: 'answer_comment' })
      .orderBy('id');
    return rows.map(row => JSON.parse(row.effect));
  }

  async function commands() {
    const rows = await db.knex('commands').orderBy('seq');
    return rows.map(row => `${row.command} ${row.result}`);
  }

  async function trail(actionType: string) {
    const rows = await listAudit(db, {
      correlationId: rollback.correlationId,
      limit: 100,
    });
    return rows.flatMap(({ record }) =>
      record?.actionType === actionType ? [record] : [],
    );
  }

  beforeEach(async () => {
    now = T0 + 60_000;
    db = await openMemory();
    github = new FakeGitHub({ now: () => now });
    people = new FakePeople({ now: () => now });
    people.put({ entityRef: 'user:default/alice', login: 'alice' }, [
      'senior_maintainer',
    ]);
    people.put({ entityRef: 'user:default/bob', login: 'bob' }, ['approver']);
    logger = mockServices.logger.mock();
    logger.child.mockImplementation(() => logger);
    auditor = mockServices.auditor.mock();
    onRecorded = jest.fn();
    onLooked = jest.fn();
    ({ rollback, issue } = await escalated(
      db,
      github,
      { environment: 'production', state: states(T0).awaitingMerge },
      now,
    ));
    watcher = createWatcher();
  });

  afterEach(async () => {
    await db.knex.destroy();
  });

  const say = (login: string, body: string) =>
    github.issues.comment(issue, { login, body });

  describe('a command of somebody who may', () => {
    it('becomes a row for the next decision, with who, why and about which commit', async () => {
      now += 1_000;
      const { id } = say('alice', 'APPROVE verified in Argo CD');
      now += 2_000;
      await look();
      const { correlationId } = rollback;
      expect(await listCommands(db, { correlationId })).toEqual([
        {
          id: `issue:${INCIDENTS}:${id}`,
          command: 'APPROVE',
          source: 'issue',
          person: { entityRef: 'user:default/alice', login: 'alice' },
          reason: 'verified in Argo CD',
          at: now - 2_000,
          headSha: SHA.head,
          result: 'pending',
          comment: {
            repository: INCIDENTS,
            issueNumber: issue,
            id,
            updatedAt: now - 2_000,
          },
        },
      ]);
      // The decision answers it, not the reader.
      expect(await answers()).toEqual([]);
      expect(onRecorded).toHaveBeenCalledTimes(1);
      const after = await getRollback(db, { correlationId });
      expect(after).toMatchObject({ version: 2, steering: 2 });
      expect(await trail('HUMAN_COMMAND')).toMatchObject([
        {
          level: 'INFO',
          actor: 'user:default/alice',
          reasoning: 'alice said APPROVE: verified in Argo CD.',
          metadata: { command: 'APPROVE', door: 'issue', comment: id },
        },
      ]);
    });

    it('is recorded once, however often and by however many it is read', async () => {
      say('alice', 'ABORT');
      await look();
      await lookAgain();
      watcher = createWatcher();
      await lookAgain();
      expect(await commands()).toEqual(['ABORT pending']);
      expect(await trail('HUMAN_COMMAND')).toHaveLength(1);
    });

    it('is written down with the calls it took, each of them once', async () => {
      say('alice', 'APPROVE');
      say('bob', 'APPROVE');
      await look();
      const calls = await trail('MCP_CALL');
      expect(calls.map(({ mcpCall }) => mcpCall?.name).sort()).toEqual([
        'catalog.readPeople',
        'catalog.readPeople',
        'github.listIssueComments',
      ]);
    });
  });

  it.each<[string, string, string, RegExp]>([
    [
      'of the wrong person',
      'bob',
      'APPROVE',
      /^bob: not done\. approving a production rollback needs the role senior maintainer; you are approver/,
    ],
    ['of a stranger', 'mallory', 'ABORT', /^mallory: not done\. aborting /],
    [
      'nobody could have given now',
      'alice',
      'APPROVE\nABORT',
      /^alice: not done\. the comment says both .*Commands are written in capitals/,
    ],
  ])(
    'a command %s is refused once, with the reason',
    async (_name, login, body, reply) => {
      const { id } = say(login, body);
      await look();
      await lookAgain();
      expect(await answers()).toEqual([
        {
          key: `${rollback.correlationId}/answer_comment/${id}`,
          kind: 'answer_comment',
          repository: INCIDENTS,
          issueNumber: issue,
          commentId: id,
          reaction: body === 'APPROVE\nABORT' ? 'confused' : '-1',
          reply: expect.stringMatching(reply),
        },
      ]);
      expect(onRecorded).toHaveBeenCalledTimes(1);
      // Nothing was decided: who decides on what they see is not told to look again.
      expect(
        await getRollback(db, { correlationId: rollback.correlationId }),
      ).toMatchObject({ version: 1, steering: 1 });
      expect(await trail('HUMAN_COMMAND')).toMatchObject([
        {
          level: 'WARN',
          actor:
            login === 'mallory' ? 'github:mallory' : `user:default/${login}`,
          metadata: { refused: expect.stringMatching(/ROLE|NOT_UNDERSTOOD/) },
        },
      ]);
    },
  );

  it('leaves talk, bots and its own replies alone', async () => {
    say('alice', 'I would not ABORT yet');
    github.issues.comment(issue, {
      login: 'renovate[bot]',
      body: 'ABORT',
      isBot: true,
    });
    github.issues.say(issue, 'APPROVE', 'some marker');
    await look();
    expect(await commands()).toEqual([]);
    expect(await answers()).toEqual([]);
    expect(onRecorded).not.toHaveBeenCalled();
    expect(await trail('MCP_CALL')).toEqual([]);
  });

  it.each<[string, (id: number) => void, RegExp]>([
    ['deleted', id => github.issues.deleteComment(id), /deleted/],
    [
      'edited',
      id => {
        const comment = github.issues
          .byNumber(issue)
          ?.comments.find(each => each.id === id);
        Object.assign(comment ?? {}, { body: 'hm', updatedAt: now });
      },
      /edited/,
    ],
  ])(
    'takes back a command whose comment was %s, once',
    async (_name, undo, because) => {
      const { id } = say('alice', 'APPROVE');
      await look();
      now += 1_000;
      undo(id);
      await lookAgain();
      await lookAgain();
      expect(await commands()).toEqual(['APPROVE withdrawn']);
      const records = await trail('HUMAN_COMMAND');
      expect(
        records.filter(({ metadata }) => metadata.refused === 'WITHDRAWN'),
      ).toMatchObject([
        { actor: 'ai-operator', reasoning: expect.stringMatching(because) },
      ]);
      expect(
        await getRollback(db, { correlationId: rollback.correlationId }),
      ).toMatchObject({ steering: 3 });
    },
  );

  describe('a person whose roles cannot be read', () => {
    beforeEach(() => {
      people.mishaps.failAlways(
        'find',
        new PortError('UNAVAILABLE', 'The catalog does not answer'),
      );
    });

    it('is not refused: the comment waits, and counts later', async () => {
      say('alice', 'APPROVE');
      await look();
      await lookAgain();
      expect(await commands()).toEqual([]);
      expect(await answers()).toEqual([]);

      people.mishaps.failAlways('find', undefined);
      await lookAgain();
      expect(await commands()).toEqual(['APPROVE pending']);
    });

    it('is told once, with what people can do', async () => {
      say('alice', 'APPROVE');
      await look();
      await lookAgain();
      expect(logger.warn).toHaveBeenCalledTimes(1);
      expect(logger.warn).toHaveBeenCalledWith(
        expect.stringMatching(
          /issue #\d+ of my-org\/operations .* those given in the portal do not: The catalog does not answer$/,
        ),
      );
      expect(logger.child).toHaveBeenCalledWith(
        expect.objectContaining({ correlationId: rollback.correlationId }),
      );
    });

    it('lets nobody who spoke later overtake', async () => {
      people.mishaps.failAlways('find', undefined);
      people.mishaps.failNext('find', new PortError('TIMEOUT', 'too slow'));
      say('alice', 'APPROVE');
      now += 1_000;
      say('alice', 'ABORT');
      await look();
      expect(await commands()).toEqual([]);
      await lookAgain();
      expect(await commands()).toEqual(['APPROVE pending', 'ABORT pending']);
    });

    it('does not lose what was recorded before in the same look', async () => {
      people.mishaps.failAlways('find', undefined);
      say('alice', 'MANUAL');
      now += 1_000;
      say('bob', 'APPROVE');
      const find = jest.spyOn(people, 'find');
      find.mockImplementationOnce(FakePeople.prototype.find.bind(people));
      find.mockRejectedValueOnce(new PortError('UNAVAILABLE', 'down'));
      await look();
      expect(await commands()).toEqual(['MANUAL pending']);
      expect(onRecorded).toHaveBeenCalledTimes(1);
      await lookAgain();
      expect(await commands()).toEqual(['MANUAL pending', 'APPROVE refused']);
    });
  });

  describe("Backstage's auditor", () => {
    const decided = (more: object) => ({
      eventId: 'rollback-decide',
      severityLevel: 'medium',
      meta: expect.objectContaining({
        correlationId: rollback.correlationId,
        environment: 'production',
        door: 'issue',
        ...more,
      }),
    });

    it('is told of a command, and by whom: there is no request to see it from', async () => {
      say('alice', 'APPROVE because I said so');
      await look();
      expect(auditor.createEvent.mock.calls).toEqual([
        [decided({ command: 'APPROVE', person: 'user:default/alice' })],
      ]);
      const event = await auditor.createEvent.mock.results[0].value;
      expect(event.success).toHaveBeenCalledTimes(1);
      expect(event.fail).not.toHaveBeenCalled();
      expect(JSON.stringify(auditor.createEvent.mock.calls)).not.toContain(
        'I said so',
      );
    });

    it('is told of a refused one, with why', async () => {
      say('bob', 'ABORT');
      await look();
      expect(auditor.createEvent.mock.calls).toEqual([
        [decided({ command: 'ABORT', person: 'user:default/bob' })],
      ]);
      const event = await auditor.createEvent.mock.results[0].value;
      expect(event.fail.mock.calls[0][0].error.message).toMatch(
        /needs the role senior maintainer/,
      );
      expect(event.success).not.toHaveBeenCalled();
    });

    it('keeps nobody from deciding when it fails', async () => {
      auditor.createEvent.mockRejectedValue(new Error('the auditor is away'));
      say('alice', 'ABORT');
      await look();
      expect(await commands()).toEqual(['ABORT pending']);
      expect(logger.error).toHaveBeenCalledTimes(1);
    });
  });

  describe('an outage of GitHub', () => {
    const down = new PortError('UNAVAILABLE', 'GitHub answered 503');

    beforeEach(() => github.mishaps.failAlways('listIssueComments', down));

    it('is told once, not with every look, and once more when it comes back', async () => {
      await look();
      await lookAgain();
      await lookAgain();
      expect(logger.warn).toHaveBeenCalledTimes(1);
      expect(await trail('MCP_CALL')).toMatchObject([
        { level: 'WARN', metadata: { errorCode: 'UNAVAILABLE' } },
      ]);

      github.mishaps.failAlways('listIssueComments', undefined);
      await lookAgain();
      github.mishaps.failAlways('listIssueComments', down);
      await lookAgain();
      expect(logger.warn).toHaveBeenCalledTimes(2);
    });

    it('takes nothing back: what cannot be read is not gone', async () => {
      github.mishaps.failAlways('listIssueComments', undefined);
      say('alice', 'APPROVE');
      await look();
      github.mishaps.failAlways('listIssueComments', down);
      await lookAgain();
      expect(await commands()).toEqual(['APPROVE pending']);
    });

    it('is looked into at the usual pace', async () => {
      await look();
      now += POLL - 1;
      expect(await look()).toBe(0);
      now += 1;
      expect(await look()).toBe(1);
      expect(onLooked).toHaveBeenLastCalledWith(POLL);
    });

    it('or when GitHub said to come back', async () => {
      github.mishaps.failAlways(
        'listIssueComments',
        new PortError('RATE_LIMITED', 'limit', { retryAt: now + 600_000 }),
      );
      await look();
      now += 599_999;
      expect(await look()).toBe(0);
      now += 1;
      expect(await look()).toBe(1);
    });
  });

  describe('an issue that looking again does not mend', () => {
    it.each<[string, () => void]>([
      ['deleted by somebody', () => github.issues.clear()],
      [
        'with more comments than are read',
        () =>
          github.mishaps.failAlways(
            'listIssueComments',
            new PortError('VALIDATION', 'lists more than 1000 items'),
          ),
      ],
    ])('%s is told once, and asked about less often', async (_name, happen) => {
      say('alice', 'APPROVE');
      await look();
      happen();
      expect(await lookAgain()).toBe(1);
      expect(await lookAgain()).toBe(0);
      now += 5 * 60_000;
      expect(await look()).toBe(1);
      expect(logger.warn).toHaveBeenCalledTimes(1);
      expect(await commands()).toEqual(['APPROVE pending']);
    });

    it('is read at once when it was raised anew', async () => {
      github.issues.delete(MARKER(rollback.correlationId));
      await look();
      issue = await raise(db, github, rollback, now + POLL);
      say('alice', 'ABORT');
      await lookAgain();
      expect(await commands()).toEqual(['ABORT pending']);
    });

    it('is read at once when a webhook speaks of it', async () => {
      github.mishaps.failNext(
        'listIssueComments',
        new PortError('NOT_FOUND', 'No issue'),
      );
      await look();
      say('alice', 'ABORT');
      await wakeIssue(db, { repository: INCIDENTS, number: issue, now });
      expect(await look()).toBe(1);
      expect(await commands()).toEqual(['ABORT pending']);
    });
  });

  describe('after the end', () => {
    async function endNow(): Promise<void> {
      await db
        .knex('rollbacks')
        .where({ correlation_id: rollback.correlationId })
        .update({
          state: 'Idle',
          state_body: JSON.stringify(states(now).idle),
        });
    }

    it('a command is answered so', async () => {
      await endNow();
      say('alice', 'APPROVE');
      await look();
      expect(await answers()).toMatchObject([
        {
          reaction: '-1',
          reply:
            'alice: not done. This rollback has ended: nothing is left to decide',
        },
      ]);
    });

    it('a command that comes in the moment of the end is answered so, too', async () => {
      say('alice', 'APPROVE');
      const find = people.find.bind(people);
      jest.spyOn(people, 'find').mockImplementation(async (who, call) => {
        await endNow();
        return find(who, call);
      });
      await look();
      expect(await commands()).toEqual(['APPROVE refused']);
      expect(await answers()).toMatchObject([
        { reply: expect.stringContaining('This rollback has ended') },
      ]);
    });

    it('comments are read for a day, even if the issue could not be closed', async () => {
      await endNow();
      const end = now;
      await look();
      now = end + DAY;
      expect(await look()).toBe(1);
      now += POLL;
      expect(await look()).toBe(1);
      now += 30 * DAY;
      expect(await look()).toBe(0);
    });
  });

  it('reads the issue of an aborted rollback, and says what is left to do', async () => {
    const aborted = await openOne(db, 'cart-service', {
      environment: 'production',
      state: states(T0).abort,
    });
    issue = await raise(db, github, aborted, now);
    say('alice', 'APPROVE');
    await look();
    expect(await answers()).toMatchObject([
      { reply: expect.stringContaining('This rollback has been aborted') },
    ]);
  });

  it('is cut short by a shutdown without a complaint, and left to the next replica', async () => {
    const stopping = new AbortController();
    say('alice', 'ABORT');
    jest
      .spyOn(github, 'listIssueComments')
      .mockImplementationOnce(async (_repository, _number, call) => {
        stopping.abort();
        return FakeGitHub.prototype.listIssueComments.call(
          github,
          INCIDENTS,
          issue,
          call,
        );
      });
    await look(stopping.signal);
    expect(logger.warn).not.toHaveBeenCalled();
    expect(await commands()).toEqual([]);
    expect(await look()).toBe(1);
    expect(await commands()).toEqual(['ABORT pending']);
  });

  it('gives up a look that takes too long, and tells so', async () => {
    watcher = new IssueWatcher({
      db,
      people,
      policy: { timing: { escalationPoll: POLL } } as Policy,
      clock: { now: () => now },
      logger,
      auditor,
      timeoutMs: 10,
      onRecorded,
      onLooked,
      github: {
        listIssueComments: (_repository, _number, { signal }) =>
          new Promise((_resolve, reject) =>
            signal?.addEventListener('abort', () =>
              reject(new PortError('TIMEOUT', 'not answered in time')),
            ),
          ),
      },
    });
    await look();
    expect(logger.warn).toHaveBeenCalledTimes(1);
    expect(await lookAgain()).toBe(1);
  });

  it('passes on a fault of our own, with the issue given back', async () => {
    jest
      .spyOn(github, 'listIssueComments')
      .mockRejectedValueOnce(new TypeError('ours'));
    await expect(look()).rejects.toThrow(TypeError);
    expect(await look()).toBe(0);
    expect(await lookAgain()).toBe(1);
  });

  it('forgets the issue of a rollback that is no longer stored', async () => {
    const [claimed] = await dueIssues(db, now);
    await db
      .knex('rollbacks')
      .where({ correlation_id: rollback.correlationId })
      .delete();
    await watcher.look(claimed, new AbortController().signal);
    expect(onLooked).not.toHaveBeenCalled();
    expect(await dueIssues(db, now + DAY)).toEqual([]);
  });

  it('leaves commands of the portal alone', async () => {
    const { correlationId } = rollback;
    await insertCommand(db, {
      correlationId,
      command: aCommand('portal:1'),
      now,
      audit: [],
    });
    await look();
    expect(await commands()).toEqual(['APPROVE pending']);
  });
});
