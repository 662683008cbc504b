import { RollbackState } from '../core/rollback';
import { describeOnDatabases } from './__testUtils__/databases';
import { aCommand, aRollback, SHA, states, T0 } from './__testUtils__/fixtures';
import { Database, migrationsDirectory } from './database';
import { claimIssues } from './operations/claimIssues';
import { getRollback } from './operations/getRollback';
import { insertCommand } from './operations/insertCommand';
import { rollbackToRow } from './rows';
import { OutboxRow, RollbackRow } from './tables';

/** A row as the version before knew it. */
function oldRollback(
  id: string,
  state: RollbackState,
  escalation?: Record<string, unknown>,
) {
  const {
    steering: _steering,
    pull_repository: _repository,
    pull_number: _number,
    pull_head_sha: _head,
    ...row
  } = rollbackToRow(aRollback(id, { correlationId: id, state }));
  return {
    ...row,
    escalation: escalation ? JSON.stringify(escalation) : null,
    wake_at: null,
  };
}

function oldEffect(
  id: string,
  effect: Record<string, unknown> & { key: string; kind: string },
  outcome?: Record<string, unknown>,
) {
  return {
    correlation_id: id,
    key: effect.key,
    kind: effect.kind,
    lane: 'actions',
    effect: JSON.stringify(effect),
    created_at: T0,
    available_at: T0,
    ...(outcome
      ? { outcome: JSON.stringify(outcome), finished_at: T0 + 5 }
      : {}),
  };
}

/** What an operator without people has stored: a question, an Abort with an issue, and one that ended. */
async function fillWithoutPeople(db: Database) {
  const { heldBy: _heldBy, ...question } = states(T0).awaitingHuman;
  const escalation = {
    reason: 'CI_FAILURE',
    because: 'The tests failed',
    recommendedAction: 'Look',
    at: T0 + 3,
  };
  await db
    .knex('rollbacks')
    .insert([
      oldRollback('asked', question as unknown as RollbackState, escalation),
      oldRollback('aborted', states(T0).abort, escalation),
      oldRollback('ended', states(T0).idle, escalation),
      oldRollback('young', { name: 'DegradationDetected', enteredAt: T0 }),
    ]);
  const raised = (key: string) => ({
    key,
    kind: 'escalate',
    repository: 'My-Org/ops',
  });
  const outcome = (number: number) => ({
    kind: 'escalate',
    result: 'raised',
    issueUrl: `https://github.example.com/My-Org/ops/issues/${number}`,
    issueNumber: number,
  });
  await db.knex('outbox').insert([
    oldEffect('ended', {
      key: 'open',
      kind: 'open_pull_request',
      source: { repository: 'My-Org/payment-service' },
    }),
    oldEffect('ended', raised('e1'), outcome(5)),
    oldEffect('aborted', raised('e1'), outcome(6)),
    oldEffect('aborted', raised('e2'), outcome(7)),
    oldEffect('aborted', raised('e3'), {
      kind: 'escalate',
      result: 'failed',
      because: 'no answer',
    }),
    oldEffect('asked', raised('e1'), { kind: 'escalate', result: 'raised' }),
    oldEffect('asked', raised('e2')),
  ]);
}

function pullOf(id: string, number?: number) {
  return {
    correlation_id: id,
    pull_repository: number ? 'my-org/payment-service' : null,
    pull_number: number ?? null,
    pull_head_sha: number ? SHA.head : null,
  };
}

/** What the version before reads, of rollbacks and of effects; JSON parsed, as its bytes may have changed. */
async function contents(db: Database) {
  const rollbacks: RollbackRow[] = await db
    .knex('rollbacks')
    .orderBy('correlation_id');
  const effects: OutboxRow[] = await db.knex('outbox').orderBy('id');
  return [
    ...rollbacks.map(row => ({
      id: row.correlation_id,
      wakeAt: row.wake_at,
      state: JSON.parse(row.state_body),
    })),
    ...effects.map(({ key, kind, lane, effect, outcome }) => ({
      key,
      kind,
      lane,
      effect,
      outcome,
    })),
  ];
}

describeOnDatabases(
  'the migration that brings people',
  open => {
    it('brings people to what was stored without them, and takes them away again', async () => {
      const db = await open();
      const directory = migrationsDirectory();
      await db.knex.migrate.up({ directory });
      await fillWithoutPeople(db);
      const stored = await contents(db);

      await db.knex.migrate.up({ directory });
      await expect(
        getRollback(db, { correlationId: 'asked' }),
      ).resolves.toMatchObject({
        steering: 1,
        escalation: { at: T0 + 3, firstAt: T0 + 3 },
        state: { name: 'AwaitingHumanReview', heldBy: [] },
      });
      const young = await getRollback(db, { correlationId: 'young' });
      expect(young?.escalation).toBeUndefined();
      await expect(
        db
          .knex('rollbacks')
          .orderBy('correlation_id')
          .select(
            'correlation_id',
            'pull_repository',
            'pull_number',
            'pull_head_sha',
          ),
      ).resolves.toEqual([
        pullOf('aborted', 42),
        pullOf('asked', 42),
        pullOf('ended', 42),
        pullOf('young'),
      ]);
      // The latest issue of what has not ended; one without a number cannot be read.
      await expect(
        claimIssues(db, { now: T0 + 5, limit: 9, holder: 'a', leaseMs: 1 }),
      ).resolves.toEqual([
        {
          correlationId: 'aborted',
          repository: 'My-Org/ops',
          number: 7,
          url: 'https://github.example.com/My-Org/ops/issues/7',
          openedAt: T0 + 5,
          ticket: 1,
        },
      ]);
      await expect(
        db.knex('outbox').distinct('kind', 'lane').orderBy('kind'),
      ).resolves.toEqual([
        { kind: 'escalate', lane: 'issue' },
        { kind: 'open_pull_request', lane: 'actions' },
      ]);

      // An Abort is looked at, and people are told something.
      await insertCommand(db, {
        correlationId: 'aborted',
        command: aCommand('portal:1', { command: 'RESET' }),
        now: T0,
        audit: [],
      });
      await db
        .knex('outbox')
        .insert(oldEffect('aborted', { key: 'n', kind: 'notify' }));
      await db.knex.migrate.down({ directory });
      await expect(contents(db)).resolves.toMatchObject(stored);
      await expect(
        db.knex.schema.hasColumn('rollbacks', 'steering'),
      ).resolves.toBe(false);

      await db.knex.migrate.up({ directory });
      await expect(
        getRollback(db, { correlationId: 'aborted' }),
      ).resolves.toMatchObject({ steering: 1, state: { name: 'Abort' } });
    });
  },
  { empty: true },
);
