import { describeOnDatabases } from '../__testUtils__/databases';
import {
  aClose,
  aKey,
  anEvent,
  aRecord,
  openOne,
  T0,
  tick,
} from '../__testUtils__/fixtures';
import { Database } from '../database';
import { claimEffects } from './claimEffects';
import { claimRollbacks } from './claimRollbacks';
import { countOverdue } from './countOverdue';
import { readDatabaseTime } from './readDatabaseTime';
import { surveyApplications, SurveyedApplication } from './surveyApplications';

const MINUTE = 60_000;

describeOnDatabases('what the doctor reads', open => {
  let db: Database;

  beforeAll(async () => {
    db = await open();
  });
  afterEach(async () => {
    await db.knex('rollbacks').delete();
    await db.knex('applications').delete();
  });

  it('tells the time of the database in milliseconds', async () => {
    const before = Date.now();
    const theirs = await readDatabaseTime(db);
    expect(theirs).toBeGreaterThanOrEqual(before - 1_000);
    expect(theirs).toBeLessThanOrEqual(Date.now() + 1_000);
  });

  describe('overdue work', () => {
    const nothing = { count: 0, oldestDueAt: undefined };

    it('is none where nothing waits', async () => {
      expect(await countOverdue(db, { now: T0 })).toEqual({
        rollbacks: nothing,
        effects: nothing,
        issues: nothing,
      });
    });

    it('is what is due and was taken by nobody', async () => {
      const { correlationId } = await openOne(db, 'pay');
      await openOne(db, 'ledger', { openedAt: T0 + MINUTE });
      await db
        .knex('rollbacks')
        .where({ correlation_id: correlationId })
        .update({ wake_at: T0 + 30_000 });
      expect((await countOverdue(db, { now: T0 })).rollbacks.count).toBe(0);
      expect(await countOverdue(db, { now: T0 + 2 * MINUTE })).toMatchObject({
        rollbacks: { count: 2, oldestDueAt: T0 + 30_000 },
      });
      await claimRollbacks(db, {
        now: T0 + 2 * MINUTE,
        limit: 5,
        holder: 'test',
        leaseMs: MINUTE,
      });
      expect(
        (await countOverdue(db, { now: T0 + 2 * MINUTE })).rollbacks,
      ).toEqual(nothing);
    });

    it('leaves out effects that stand behind another one of their lane', async () => {
      const { correlationId } = await openOne(db, 'pay');
      await tick(db, {
        now: T0,
        effects: [anEvent('a'), anEvent('b'), aClose('c')].map(effect => ({
          correlationId,
          effect,
        })),
      });
      const waiting = () =>
        db
          .knex('outbox')
          .whereNull('finished_at')
          .orderBy('id')
          .select('key', 'lane', 'id');
      const lanes = new Set((await waiting()).map(({ lane }) => lane));
      expect((await countOverdue(db, { now: T0 })).effects).toEqual({
        count: lanes.size,
        oldestDueAt: T0,
      });
      // The first of a lane is being retried: what stands behind it is not late.
      await db
        .knex('outbox')
        .where({ key: 'a' })
        .update({ available_at: T0 + 2 * MINUTE });
      const [first] = await claimEffects(db, {
        now: T0,
        limit: 1,
        holder: 'test',
        leaseMs: MINUTE,
      });
      expect(first.effect.key).toBe('c');
      expect((await countOverdue(db, { now: T0 })).effects).toEqual(nothing);
    });

    it('is an escalation issue that nobody reads', async () => {
      const { correlationId } = await openOne(db, 'pay');
      await db.knex('escalation_issues').insert({
        correlation_id: correlationId,
        repository: 'my-org/escalations',
        number: 7,
        url: 'https://github.example.com/my-org/escalations/issues/7',
        opened_at: T0,
        poll_at: T0 + 30_000,
      });
      expect((await countOverdue(db, { now: T0 })).issues).toEqual(nothing);
      expect((await countOverdue(db, { now: T0 + MINUTE })).issues).toEqual({
        count: 1,
        oldestDueAt: T0 + 30_000,
      });
    });
  });

  describe('the survey of applications', () => {
    async function survey(): Promise<SurveyedApplication[]> {
      const found: SurveyedApplication[] = [];
      await surveyApplications(db, each => found.push(each));
      return found;
    }

    it('shows nobody where nothing is watched', async () => {
      expect(await survey()).toEqual([]);
    });

    it('shows what an application makes us speak to', async () => {
      await tick(db, {
        records: [
          aRecord('pay'),
          aRecord('unclear', {
            environment: undefined,
            source: { known: false, because: 'no source', at: T0 },
            destination: { server: 'https://elsewhere' },
          }),
        ],
      });
      expect(await survey()).toEqual([
        {
          key: aKey('pay'),
          project: 'default',
          environment: 'staging',
          repository: 'my-org/pay',
          branch: 'staging',
          destination: { cluster: 'staging', namespace: 'pay' },
        },
        {
          key: aKey('unclear'),
          project: 'default',
          environment: undefined,
          repository: undefined,
          branch: undefined,
          destination: { server: 'https://elsewhere' },
        },
      ]);
    });

    it.each([499, 500, 501, 1_000])('shows each of %d once', async amount => {
      await tick(db, {
        records: Array.from({ length: amount }, (_each, index) =>
          aRecord(`app-${String(index).padStart(4, '0')}`),
        ),
      });
      const names = (await survey()).map(({ key }) => key.name);
      expect(names).toHaveLength(amount);
      expect(new Set(names).size).toBe(amount);
    });
  });
});
