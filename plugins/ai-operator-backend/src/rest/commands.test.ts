import { TestDatabases } from '@backstage/backend-test-utils';
import { HUMAN_COMMANDS } from '@ai-operator/backstage-plugin-ai-operator-common';
import {
  claimRollbacks,
  commitRollback,
  getRollback,
  insertCommand,
  listCommands,
} from '../persistence';
import { states } from '../persistence/__testUtils__/fixtures';
import { meanwhile } from './__testUtils__/people';
import { SHA, Server, startServer, T0 } from './__testUtils__/server';
import { aborted, awaitingDecision, PATHS } from './__testUtils__/situations';
import { decideFor } from './__testUtils__/story';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
const ALICE = 'user:default/alice';
const SAM = 'user:default/sam';

/** The processor's answer to everything that is pending. */
async function answerPending({ db }: Server, correlationId: string) {
  const claimed = await claimRollbacks(db, {
    now: Number.MAX_SAFE_INTEGER,
    limit: 10,
    holder: 'test',
    leaseMs: 60_000,
  });
  const item = claimed.find(c => c.rollback.correlationId === correlationId);
  if (!item) {
    throw new Error(`${correlationId} is not due`);
  }
  const commands = await listCommands(db, { correlationId });
  await commitRollback(db, {
    before: item.rollback,
    ticket: item.ticket,
    after: { state: item.rollback.state },
    wakeAt: T0 + 60_000,
    now: T0 + 5_000,
    audit: [],
    effects: [],
    answers: commands
      .filter(({ result }) => result === 'pending')
      .map(({ id }) => ({ id, result: 'accepted', because: 'It counts' })),
  });
}

describe('a command', () => {
  it('is recorded as it was given, told to the operator, and shown', async () => {
    const server = await startServer(databases);
    const { changed, db, get, send, told, wake, time } = server;
    const { application, correlationId } = await awaitingDecision(db);
    time.now = T0 + 60_000;
    const { body } = await send(
      'post',
      PATHS.ABORT(correlationId),
      { reason: '  The fix is on its way \n', expectedVersion: 2 },
      ALICE,
    ).expect(202);
    const command = {
      id: 'portal:id-1',
      command: 'ABORT',
      source: 'portal',
      person: { entityRef: ALICE, login: 'alice-gh' },
      reason: 'The fix is on its way',
      at: T0 + 60_000,
      result: 'pending',
    };
    expect(body).toEqual({
      correlationId,
      command,
      message: expect.stringMatching(
        /^ABORT is recorded\. The rollback ends here and #42 is closed\./,
      ),
    });
    await expect(listCommands(db, { correlationId })).resolves.toEqual([
      { ...command, headSha: SHA.head },
    ]);
    await expect(told()).resolves.toMatchObject([
      {
        level: 'INFO',
        actor: ALICE,
        correlationId,
        reasoning: 'The fix is on its way.',
        metadata: {
          command: 'ABORT',
          door: 'portal',
          commandId: 'portal:id-1',
          headSha: SHA.head,
          version: 2,
          environment: 'production',
        },
      },
    ]);
    expect(wake).toHaveBeenCalledTimes(1);
    expect(changed.mock.calls).toEqual([
      [{ type: 'rollback', correlationId, application }],
    ]);
    const detail = await get(`/v1/rollbacks/${correlationId}`).expect(200);
    expect(detail.body).toMatchObject({ version: 3, commands: [command] });
    expect(detail.body.timeline.at(-1)).toMatchObject({
      kind: 'HUMAN_COMMAND',
      title: 'ABORT by alice in the portal',
      because: 'The fix is on its way.',
    });
  });

  it('comes with the outside calls it took to know the person', async () => {
    const { db, send } = await startServer(databases);
    const { correlationId } = await awaitingDecision(db);
    await send(
      'post',
      PATHS.MANUAL(correlationId),
      { reason: 'r' },
      ALICE,
    ).expect(202);
    const calls = await db
      .knex('audit')
      .where({ action_type: 'MCP_CALL', correlation_id: correlationId });
    expect(calls.map(({ record }) => JSON.parse(record).mcpCall.name)).toEqual([
      'catalog.readPeople',
    ]);
  });

  it('needs a reason, except an approval', async () => {
    const { db, send, told } = await startServer(databases);
    const { correlationId } = await awaitingDecision(db);
    for (const path of [PATHS.ABORT, PATHS.MANUAL, PATHS.RESET]) {
      for (const body of [{}, { reason: ' \n ' }]) {
        const refused = await send('post', path(correlationId), body, ALICE);
        expect(refused.status).toBe(400);
        expect(refused.body.error).toMatchObject({
          code: 'BAD_REQUEST',
          field: 'reason',
          message: expect.stringContaining('say why'),
        });
      }
    }
    await expect(told()).resolves.toEqual([]);
    await send('post', PATHS.APPROVE(correlationId), {}, ALICE).expect(202);
    const [{ reason }] = await listCommands(db, { correlationId });
    expect(reason).toBeUndefined();
  });

  it('resets at the address of the runbook too', async () => {
    const { db, send } = await startServer(databases);
    const { correlationId } = await aborted(db);
    const { body } = await send(
      'post',
      `/reset/${correlationId}`,
      { reason: 'Mended by hand' },
      ALICE,
    ).expect(202);
    expect(body.command).toMatchObject({ command: 'RESET', result: 'pending' });
    // Woken in Abort too, where nothing else is looked at.
    const claimed = await claimRollbacks(db, {
      now: T0,
      limit: 1,
      holder: 'test',
      leaseMs: 1_000,
    });
    expect(claimed).toMatchObject([{ rollback: { correlationId } }]);
  });

  it('is refused where it means nothing, with a sentence and a record', async () => {
    const { db, send, told } = await startServer(databases);
    const { correlationId } = await awaitingDecision(db);
    const { body } = await send(
      'post',
      PATHS.RESET(correlationId),
      { reason: 'r' },
      ALICE,
    ).expect(409);
    const sentence =
      'Only an aborted rollback can be reset; this one is still under way: abort it or take it over';
    expect(body.error).toEqual({
      name: 'ConflictError',
      code: 'NOT_NOW',
      message: sentence,
    });
    await expect(told()).resolves.toMatchObject([
      {
        level: 'WARN',
        reasoning: `${sentence}.`,
        metadata: { command: 'RESET', refused: 'NOT_NOW' },
      },
    ]);
  });

  it.each(HUMAN_COMMANDS)('%s after the end says so', async command => {
    const { db, send } = await startServer(databases);
    const rollback = await awaitingDecision(db);
    await decideFor(db, rollback, states(T0 + 2_000).idle);
    const { body } = await send(
      'post',
      PATHS[command](rollback.correlationId),
      { reason: 'r' },
      ALICE,
    ).expect(409);
    expect(body.error).toMatchObject({
      code: 'NOT_NOW',
      message: expect.stringContaining('has ended'),
    });
  });

  it('about a rollback that is not there is 404', async () => {
    const { send } = await startServer(databases);
    const { body } = await send(
      'post',
      PATHS.ABORT('none'),
      { reason: 'r' },
      ALICE,
    ).expect(404);
    expect(body.error.code).toBe('ROLLBACK_NOT_FOUND');
  });

  it('says that nobody acts on it while the configuration forbids acting', async () => {
    const { db, send } = await startServer(databases, {
      deps: {
        configured: {
          argocd: [],
          prometheus: false,
          problems: [
            { severity: 'fatal', key: 'k', because: 'b', howToMend: 'h' },
          ],
        },
      },
    });
    const { correlationId } = await awaitingDecision(db);
    const { body } = await send(
      'post',
      PATHS.ABORT(correlationId),
      { reason: 'r' },
      ALICE,
    ).expect(202);
    expect(body.message).toContain('its configuration has to be mended first');
  });
});

describe('two people at once', () => {
  it('one wins, the other is told who, when and how it is now', async () => {
    const { db, send, told, time } = await startServer(databases);
    const { correlationId } = await awaitingDecision(db);
    time.now = Date.UTC(2026, 1, 27, 10, 33, 20);
    const answers = await Promise.all([
      send(
        'post',
        PATHS.ABORT(correlationId),
        { reason: 'no', expectedVersion: 2 },
        SAM,
      ),
      send('post', PATHS.APPROVE(correlationId), { expectedVersion: 2 }, ALICE),
    ]);
    const won = answers.filter(({ status }) => status === 202);
    const lost = answers.filter(({ status }) => status === 409);
    expect([won.length, lost.length]).toEqual([1, 1]);
    const { command } = won[0].body;
    const winner = command.command === 'ABORT' ? 'sam' : 'alice';
    expect(lost[0].body.error).toMatchObject({
      name: 'ConflictError',
      code: 'VERSION_CONFLICT',
      message: expect.stringMatching(
        new RegExp(
          `^${winner} gave ${command.command} at 10:33:20 UTC; you decided on version 2, it is at 3 now\\. It is in AwaitingMergeApproval: `,
        ),
      ),
    });
    await expect(listCommands(db, { correlationId })).resolves.toHaveLength(1);
    const records = await told();
    expect(records.map(({ metadata }) => metadata.refused)).toEqual(
      expect.arrayContaining([undefined, 'VERSION_CONFLICT']),
    );
  });

  it('names nobody when the rollback moved by itself', async () => {
    const server = await startServer(databases);
    const { db, send } = server;
    const rollback = await awaitingDecision(db);
    const { correlationId } = rollback;
    await decideFor(db, rollback, states(T0 + 20_000).awaitingHuman);
    const { body } = await send(
      'post',
      PATHS.ABORT(correlationId),
      { reason: 'no', expectedVersion: 2 },
      ALICE,
    ).expect(409);
    expect(body.error.message).toMatch(
      /^The rollback has moved on; you decided on version 2, it is at 3 now\. It is in AwaitingHumanReview: /,
    );
  });

  it('does not blame a command the person had seen', async () => {
    const server = await startServer(databases);
    const { db, send, time } = server;
    const rollback = await awaitingDecision(db);
    const { correlationId } = rollback;
    time.now = T0 + 3_000;
    await send('post', PATHS.APPROVE(correlationId), {}, SAM).expect(202);
    await answerPending(server, correlationId);
    await decideFor(db, rollback, states(T0 + 20_000).awaitingHuman);
    const { body } = await send(
      'post',
      PATHS.ABORT(correlationId),
      { reason: 'no', expectedVersion: 3 },
      ALICE,
    ).expect(409);
    expect(body.error.message).toMatch(/^The rollback has moved on;/);
  });

  it('counts the same command of the same person once, however often it is clicked', async () => {
    const { db, send, told } = await startServer(databases);
    const { correlationId } = await awaitingDecision(db);
    const click = () =>
      send(
        'post',
        PATHS.ABORT(correlationId),
        { reason: 'no', expectedVersion: 2 },
        ALICE,
      );
    const answers = await Promise.all([click(), click(), click()]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(new Set(answers.map(({ body }) => body.command.id)).size).toBe(1);
    await expect(listCommands(db, { correlationId })).resolves.toHaveLength(1);
    await expect(told()).resolves.toHaveLength(1);
  });

  it('tells people when they were faster themselves', async () => {
    const server = await startServer(databases);
    const { db, send, time } = server;
    const { correlationId } = await awaitingDecision(db);
    time.now = T0 + 3_000;
    await send(
      'post',
      PATHS.APPROVE(correlationId),
      { expectedVersion: 2 },
      ALICE,
    ).expect(202);
    const { body } = await send(
      'post',
      PATHS.ABORT(correlationId),
      { reason: 'no', expectedVersion: 2 },
      ALICE,
    ).expect(409);
    expect(body.error.message).toMatch(/^You gave APPROVE at /);
  });

  it('judges anew what changed between the look and the record', async () => {
    let happens = async () => {};
    const { db, send } = await startServer(databases, {
      people: meanwhile(() => happens()),
    });
    const rollback = await awaitingDecision(db);
    const { correlationId } = rollback;
    happens = () => decideFor(db, rollback, states(T0 + 2_000).abort);
    const { body } = await send(
      'post',
      PATHS.ABORT(correlationId),
      { reason: 'no' },
      ALICE,
    ).expect(409);
    expect(body.error).toMatchObject({
      code: 'NOT_NOW',
      message: expect.stringContaining('has been aborted'),
    });
    await expect(listCommands(db, { correlationId })).resolves.toEqual([]);
  });

  it('goes through without a version when somebody else only spoke as well', async () => {
    let happens = async () => {};
    const { db, send } = await startServer(databases, {
      people: meanwhile(() => happens()),
    });
    const { correlationId } = await awaitingDecision(db);
    happens = async () => {
      await insertCommand(db, {
        correlationId,
        now: T0 + 2_000,
        audit: [],
        command: {
          id: 'issue:1',
          command: 'APPROVE',
          source: 'issue',
          person: { entityRef: SAM },
          at: T0 + 2_000,
          result: 'pending',
        },
      });
    };
    await send(
      'post',
      PATHS.ABORT(correlationId),
      { reason: 'no' },
      ALICE,
    ).expect(202);
    const rollback = await getRollback(db, { correlationId });
    expect(rollback?.steering).toBe(4);
  });
});
