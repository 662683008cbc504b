import { HumanCommand } from '../../core/people';
import { Database } from '../database';
import { claim, commit, moveTo } from '../__testUtils__/claims';
import { meetAt } from '../__testUtils__/races';
import { describeOnDatabases } from '../__testUtils__/databases';
import {
  aCommand,
  anAnswer,
  anAudit,
  openOne,
  states,
  T0,
} from '../__testUtils__/fixtures';
import { claimEffects } from './claimEffects';
import { getRollback } from './getRollback';
import { insertCommand } from './insertCommand';
import { listAudit } from './listAudit';
import { listCommands } from './listCommands';
import { listComments } from './listComments';
import { recordAnsweredComment } from './recordAnsweredComment';
import { releaseRollback } from './releaseRollback';
import { withdrawCommand } from './withdrawCommand';

type InsertOptions = Parameters<typeof insertCommand>[1];

function insert(
  db: Database,
  correlationId: string,
  id: string,
  options: Partial<InsertOptions> = {},
) {
  return insertCommand(db, {
    correlationId,
    command: aCommand(id),
    now: T0 + 5,
    audit: [anAudit({ correlationId, actionType: 'HUMAN_COMMAND' })],
    ...options,
  });
}

function withdraw(db: Database, id: string, now = T0 + 7) {
  return withdrawCommand(db, {
    id,
    because: 'The comment was edited',
    now,
    audit: [anAudit({ actionType: 'HUMAN_COMMAND', reasoning: 'withdrawn' })],
  });
}

async function results(db: Database, correlationId: string) {
  const commands = await listCommands(db, { correlationId });
  return Object.fromEntries(commands.map(({ id, result }) => [id, result]));
}

async function stored(db: Database, correlationId: string) {
  const rollback = await getRollback(db, { correlationId });
  if (!rollback) {
    throw new Error(`${correlationId} was just written`);
  }
  return rollback;
}

const accepted = (id: string) => ({
  id,
  result: 'accepted' as const,
  because: 'A senior maintainer approved',
});

describeOnDatabases('a command', open => {
  it('is recorded with its audit, raises both versions and wakes the rollback', async () => {
    const db = await open();
    const { correlationId } = await openOne(db, 'payment-service');
    const [item] = await claim(db);
    await commit(db, item, { wakeAt: T0 + 60_000 });

    const command = aCommand('portal:1', { because: 'first\0 look' });
    await expect(
      insert(db, correlationId, 'portal:1', { command, expectedVersion: 1 }),
    ).resolves.toBe('recorded');

    await expect(listCommands(db, { correlationId })).resolves.toEqual([
      { ...command, because: 'first look' },
    ]);
    await expect(stored(db, correlationId)).resolves.toMatchObject({
      steering: 2,
      version: 3,
    });
    await expect(
      listAudit(db, { correlationId, limit: 9 }),
    ).resolves.toMatchObject([{ record: { actionType: 'HUMAN_COMMAND' } }]);
    await expect(claim(db, { now: T0 + 4 })).resolves.toEqual([]);
    await expect(claim(db, { now: T0 + 5 })).resolves.toHaveLength(1);
  });

  it('keeps what is not given apart from what is empty', async () => {
    const db = await open();
    const { correlationId } = await openOne(db, 'payment-service');
    const command: HumanCommand = {
      id: 'issue:1001',
      command: 'ABORT',
      source: 'issue',
      person: { login: 'alice' },
      at: T0,
      result: 'pending',
      comment: {
        repository: 'my-org/operations',
        issueNumber: 7,
        id: 1001,
        updatedAt: T0 + 1,
      },
    };
    await insert(db, correlationId, command.id, { command });
    await insert(db, correlationId, 'portal:1');
    await expect(listCommands(db, { correlationId })).resolves.toEqual([
      command,
      aCommand('portal:1'),
    ]);
    await expect(listComments(db, { correlationId })).resolves.toEqual([
      {
        id: 'issue:1001',
        commentId: 1001,
        updatedAt: T0 + 1,
        command: 'ABORT',
        result: 'pending',
      },
    ]);
  });

  it('of two people clicking at once: one is recorded, the other is told', async () => {
    const db = await open();
    const { correlationId } = await openOne(db, 'payment-service');
    await expect(
      meetAt(
        db,
        'rollbacks',
        ['portal:1', 'portal:2', 'portal:3'].map(
          id => () => insert(db, correlationId, id, { expectedVersion: 1 }),
        ),
      ),
    ).resolves.toEqual([
      'recorded',
      { result: 'stale', version: 2 },
      { result: 'stale', version: 2 },
    ]);
    await expect(results(db, correlationId)).resolves.toEqual({
      'portal:1': 'pending',
    });
    await expect(
      listAudit(db, { correlationId, limit: 9 }),
    ).resolves.toHaveLength(1);
    await expect(stored(db, correlationId)).resolves.toMatchObject({
      steering: 2,
      version: 2,
    });
  });

  it('that asks for no version counts whatever others did before', async () => {
    const db = await open();
    const { correlationId } = await openOne(db, 'payment-service');
    await expect(
      Promise.all(
        ['issue:1', 'issue:2', 'issue:3'].map(id =>
          insert(db, correlationId, id),
        ),
      ),
    ).resolves.toEqual(['recorded', 'recorded', 'recorded']);
    await expect(stored(db, correlationId)).resolves.toMatchObject({
      steering: 4,
      version: 4,
    });
  });

  it('is recorded once, however often and at what version the same one comes', async () => {
    const db = await open();
    const { correlationId } = await openOne(db, 'payment-service');
    await expect(
      meetAt(
        db,
        'rollbacks',
        Array.from(
          { length: 3 },
          () => () => insert(db, correlationId, 'issue:1001'),
        ),
      ),
    ).resolves.toEqual(['recorded', 'duplicate', 'duplicate']);
    // The same click sent again, after its answer was lost on the way.
    await expect(
      insert(db, correlationId, 'issue:1001', { expectedVersion: 1 }),
    ).resolves.toBe('duplicate');
    await expect(
      listAudit(db, { correlationId, limit: 9 }),
    ).resolves.toHaveLength(1);
    await expect(stored(db, correlationId)).resolves.toMatchObject({
      steering: 2,
    });
  });

  it('takes the claim of a processor at work: its commit is lost, the next claim is due at once', async () => {
    const db = await open();
    const { correlationId } = await openOne(db, 'payment-service');
    const [busy] = await claim(db);
    await expect(
      insert(db, correlationId, 'portal:1', { expectedVersion: 1 }),
    ).resolves.toBe('recorded');

    // Nobody waits for the lease, which would hold for a minute.
    const [next] = await claim(db, { now: T0 + 5, holder: 'b' });
    expect(next.rollback).toMatchObject({ steering: 2, version: 2 });
    await expect(
      commit(db, busy, { audit: [anAudit({ correlationId })] }),
    ).resolves.toBe('lost');
    await expect(
      releaseRollback(db, {
        correlationId,
        ticket: busy.ticket,
        wakeAt: T0 + 60_000,
      }),
    ).resolves.toBe('lost');
    await expect(
      commit(db, next, { answers: [accepted('portal:1')] }),
    ).resolves.toBe('committed');
    await expect(results(db, correlationId)).resolves.toEqual({
      'portal:1': 'accepted',
    });
    await expect(
      listAudit(db, { correlationId, limit: 9 }),
    ).resolves.toHaveLength(1);
  });

  it.each(['first', 'second'])(
    'loses no race against a commit: it is looked at next when it comes %s',
    async place => {
      const db = await open();
      const { correlationId } = await openOne(db, 'payment-service');
      const [busy] = await claim(db);
      const decide = () =>
        commit(db, busy, { now: T0 + 5, wakeAt: T0 + 60_000 });
      const give = () => insert(db, correlationId, 'portal:1');
      await expect(
        meetAt(
          db,
          'rollbacks',
          place === 'first' ? [give, decide] : [decide, give],
        ),
      ).resolves.toEqual(
        place === 'first' ? ['recorded', 'lost'] : ['committed', 'recorded'],
      );
      const [next] = await claim(db, { now: T0 + 5 });
      expect(next.rollback).toMatchObject({
        steering: 2,
        version: place === 'first' ? 2 : 3,
      });
      await expect(results(db, correlationId)).resolves.toEqual({
        'portal:1': 'pending',
      });
    },
  );

  it('reaches a rollback in Abort that sleeps for ever', async () => {
    const db = await open();
    const rollback = await openOne(db, 'payment-service');
    await moveTo(db, rollback, states(T0).abort);
    await expect(
      insert(db, rollback.correlationId, 'portal:1', {
        command: aCommand('portal:1', { command: 'RESET' }),
      }),
    ).resolves.toBe('recorded');
    const [item] = await claim(db, { now: T0 + 5 });
    expect(item.rollback.state.name).toBe('Abort');
  });

  it('has nobody to reach in Idle and without a rollback', async () => {
    const db = await open();
    const rollback = await openOne(db, 'payment-service');
    const { correlationId } = rollback;
    await moveTo(db, rollback, states(T0).idle);
    await expect(insert(db, correlationId, 'issue:1')).resolves.toBe('gone');
    // Who clicked on an older picture is told that somebody was faster.
    await expect(
      insert(db, correlationId, 'portal:1', { expectedVersion: 0 }),
    ).resolves.toEqual({ result: 'stale', version: 1 });
    await expect(insert(db, 'nobody', 'issue:2')).resolves.toBe('gone');
    await expect(listCommands(db, { correlationId })).resolves.toEqual([]);
    await expect(listAudit(db, { correlationId, limit: 9 })).resolves.toEqual(
      [],
    );
    await expect(claim(db, { now: Number.MAX_SAFE_INTEGER })).resolves.toEqual(
      [],
    );
  });
});

describeOnDatabases('the answer to a command', open => {
  it('is written with the decision, and only to what is pending', async () => {
    const db = await open();
    const one = await openOne(db, 'one');
    const { correlationId } = one;
    const other = await openOne(db, 'other');
    await insert(db, correlationId, 'portal:1');
    await insert(db, correlationId, 'portal:2');
    await insert(db, correlationId, 'portal:3');
    await insert(db, other.correlationId, 'portal:4');
    await withdraw(db, 'portal:3');
    const item = (await claim(db, { now: T0 + 9 })).find(
      ({ rollback }) => rollback.correlationId === correlationId,
    );
    await commit(db, item!, {
      now: T0 + 9,
      answers: [
        { id: 'portal:1', result: 'refused', because: 'bob is\0 approver' },
        accepted('portal:3'),
        accepted('portal:4'),
      ],
    });
    await expect(listCommands(db, { correlationId })).resolves.toMatchObject([
      { id: 'portal:1', result: 'refused', because: 'bob is approver' },
      { id: 'portal:2', result: 'pending' },
      { id: 'portal:3', result: 'withdrawn' },
    ]);
    await expect(results(db, other.correlationId)).resolves.toEqual({
      'portal:4': 'pending',
    });
    await expect(
      db.knex('commands').where({ id: 'portal:1' }).first('handled_at'),
    ).resolves.toEqual({ handled_at: expect.anything() });
  });

  it('is not written when the commit is lost', async () => {
    const db = await open();
    const { correlationId } = await openOne(db, 'payment-service');
    await insert(db, correlationId, 'portal:1');
    const [busy] = await claim(db, { now: T0 + 5 });
    await insert(db, correlationId, 'portal:2');
    await expect(
      commit(db, busy, { answers: [accepted('portal:1')] }),
    ).resolves.toBe('lost');
    await expect(results(db, correlationId)).resolves.toEqual({
      'portal:1': 'pending',
      'portal:2': 'pending',
    });
  });
});

describeOnDatabases('taking a command back', open => {
  it('works on what is pending or accepted, once, and wakes the rollback', async () => {
    const db = await open();
    const { correlationId } = await openOne(db, 'payment-service');
    await insert(db, correlationId, 'issue:1');
    const [item] = await claim(db, { now: T0 + 5 });
    await commit(db, item, {
      wakeAt: T0 + 60_000,
      answers: [accepted('issue:1')],
    });
    const before = await stored(db, correlationId);

    await expect(withdraw(db, 'issue:1')).resolves.toBe(true);
    await expect(listCommands(db, { correlationId })).resolves.toMatchObject([
      { result: 'withdrawn', because: 'The comment was edited' },
    ]);
    await expect(stored(db, correlationId)).resolves.toMatchObject({
      steering: before.steering + 1,
      version: before.version + 1,
    });
    await expect(claim(db, { now: T0 + 6 })).resolves.toEqual([]);
    await expect(claim(db, { now: T0 + 7 })).resolves.toHaveLength(1);

    await expect(withdraw(db, 'issue:1')).resolves.toBe(false);
    await expect(withdraw(db, 'issue:2')).resolves.toBe(false);
    // Recorded, and taken back once.
    await expect(db.knex('audit').select('seq')).resolves.toHaveLength(2);
  });

  it('does nothing to what was refused', async () => {
    const db = await open();
    const { correlationId } = await openOne(db, 'payment-service');
    await insert(db, correlationId, 'issue:1');
    const [item] = await claim(db, { now: T0 + 5 });
    await commit(db, item, {
      answers: [{ id: 'issue:1', result: 'refused', because: 'no role' }],
    });
    await expect(withdraw(db, 'issue:1')).resolves.toBe(false);
    await expect(results(db, correlationId)).resolves.toEqual({
      'issue:1': 'refused',
    });
    await expect(stored(db, correlationId)).resolves.toMatchObject({
      steering: 2,
      version: 3,
    });
  });

  it('takes the claim of a processor that would have accepted it', async () => {
    const db = await open();
    const { correlationId } = await openOne(db, 'payment-service');
    await insert(db, correlationId, 'issue:1');
    const [busy] = await claim(db, { now: T0 + 5 });
    await expect(withdraw(db, 'issue:1')).resolves.toBe(true);
    await expect(
      commit(db, busy, { answers: [accepted('issue:1')] }),
    ).resolves.toBe('lost');
    await expect(claim(db, { now: T0 + 7 })).resolves.toHaveLength(1);
    await expect(results(db, correlationId)).resolves.toEqual({
      'issue:1': 'withdrawn',
    });
  });

  it.each(['first', 'second'])(
    'that comes %s when a commit accepts it at the same instant: withdrawn, and looked at again',
    async place => {
      const db = await open();
      const { correlationId } = await openOne(db, 'payment-service');
      await insert(db, correlationId, 'issue:1');
      const [busy] = await claim(db, { now: T0 + 5 });
      const decide = () =>
        commit(db, busy, {
          now: T0 + 7,
          wakeAt: T0 + 60_000,
          answers: [accepted('issue:1')],
        });
      const take = () => withdraw(db, 'issue:1');
      await expect(
        meetAt(
          db,
          'rollbacks',
          place === 'first' ? [take, decide] : [decide, take],
        ),
      ).resolves.toEqual(
        place === 'first' ? [true, 'lost'] : ['committed', true],
      );
      await expect(results(db, correlationId)).resolves.toEqual({
        'issue:1': 'withdrawn',
      });
      await expect(claim(db, { now: T0 + 7 })).resolves.toHaveLength(1);
    },
  );

  it('leaves a rollback in Idle asleep', async () => {
    const db = await open();
    const rollback = await openOne(db, 'payment-service');
    await insert(db, rollback.correlationId, 'issue:1');
    await moveTo(db, rollback, states(T0).idle);
    await expect(withdraw(db, 'issue:1')).resolves.toBe(true);
    await expect(claim(db, { now: Number.MAX_SAFE_INTEGER })).resolves.toEqual(
      [],
    );
  });
});

describeOnDatabases('an answered comment', open => {
  const refused = {
    id: 'issue:1001',
    source: 'issue' as const,
    person: { login: 'mallory' },
    at: T0,
    result: 'refused' as const,
    because: 'One command a comment',
    comment: {
      repository: 'my-org/operations',
      issueNumber: 7,
      id: 1001,
      updatedAt: T0,
    },
  };
  const record = (
    db: Database,
    correlationId: string,
    options: Partial<Parameters<typeof recordAnsweredComment>[1]> = {},
  ) =>
    recordAnsweredComment(db, {
      correlationId,
      command: refused,
      effects: [anAnswer('answer/1001')],
      now: T0 + 5,
      audit: [anAudit({ correlationId, actionType: 'HUMAN_COMMAND' })],
      ...options,
    });

  it('is answered once, by whoever reads it first, and disturbs nobody', async () => {
    const db = await open();
    const { correlationId } = await openOne(db, 'payment-service');
    const [busy] = await claim(db);
    await expect(
      meetAt(
        db,
        'audit_head',
        Array.from({ length: 3 }, () => () => record(db, correlationId)),
      ),
    ).resolves.toEqual(['recorded', 'duplicate', 'duplicate']);
    await expect(commit(db, busy)).resolves.toBe('committed');
    await expect(
      claimEffects(db, { now: T0 + 5, limit: 9, holder: 'a', leaseMs: 1 }),
    ).resolves.toMatchObject([{ effect: { key: 'answer/1001' } }]);
    await expect(
      listAudit(db, { correlationId, limit: 9 }),
    ).resolves.toHaveLength(1);
    // It was not understood, so it is no command; but it was dealt with.
    await expect(listCommands(db, { correlationId })).resolves.toEqual([]);
    await expect(listComments(db, { correlationId })).resolves.toEqual([
      {
        id: 'issue:1001',
        commentId: 1001,
        updatedAt: T0,
        command: undefined,
        result: 'refused',
      },
    ]);
    await expect(insert(db, correlationId, 'issue:1001')).resolves.toBe(
      'duplicate',
    );
  });

  it.each(['first', 'second'])(
    'is listed when it named a command; refused %s, it is not recorded as well',
    async place => {
      const db = await open();
      const { correlationId } = await openOne(db, 'payment-service');
      const refuse = () =>
        record(db, correlationId, {
          command: { ...refused, command: 'APPROVE' },
        });
      const give = () => insert(db, correlationId, 'issue:1001');
      await expect(
        meetAt(
          db,
          'audit_head',
          place === 'first' ? [refuse, give] : [give, refuse],
        ),
      ).resolves.toEqual(['recorded', 'duplicate']);
      await expect(results(db, correlationId)).resolves.toEqual({
        'issue:1001': place === 'first' ? 'refused' : 'pending',
      });
    },
  );
});

describeOnDatabases('the list of commands', open => {
  it('is by the time they were given; with too many of them those that count stay', async () => {
    const db = await open();
    const { correlationId } = await openOne(db, 'payment-service');
    const give = (id: string, at: number) =>
      insert(db, correlationId, id, { command: aCommand(id, { at }) });
    await give('issue:late', T0 + 30);
    await give('portal:early', T0 + 10);
    for (let n = 0; n < 4; n += 1) {
      await recordAnsweredComment(db, {
        correlationId,
        command: {
          ...aCommand(`issue:${n}`, { at: T0 + 20 + n }),
          command: 'ABORT',
          result: 'refused',
        },
        effects: [],
        now: T0 + 40,
        audit: [],
      });
    }
    const ids = async (limit?: number) =>
      (await listCommands(db, { correlationId, limit })).map(({ id }) => id);
    await expect(ids()).resolves.toEqual([
      'portal:early',
      'issue:0',
      'issue:1',
      'issue:2',
      'issue:3',
      'issue:late',
    ]);
    await expect(ids(3)).resolves.toEqual([
      'portal:early',
      'issue:3',
      'issue:late',
    ]);
  });

  it('goes with its rollback', async () => {
    const db = await open();
    const { correlationId } = await openOne(db, 'payment-service');
    await insert(db, correlationId, 'portal:1');
    await db
      .knex('rollbacks')
      .where({ correlation_id: correlationId })
      .delete();
    await expect(db.knex('commands').select('id')).resolves.toEqual([]);
  });
});
