import { describeOnDatabases } from '../__testUtils__/databases';
import {
  aCheck,
  aKey,
  anAudit,
  anEvent,
  aPause,
  aRecord,
  openOne,
  states,
  T0,
  tick,
} from '../__testUtils__/fixtures';
import { Pause } from '../../core/people';
import { Database } from '../database';
import { PagePosition } from '../keyset';
import { claimRollbacks } from './claimRollbacks';
import { commitRollback } from './commitRollback';
import { countApplications } from './countApplications';
import { countRollbacks } from './countRollbacks';
import { deleteExpired } from './deleteExpired';
import { findApplications } from './findApplications';
import { getRollback } from './getRollback';
import { ApplicationSort, listApplications } from './listApplications';
import { listRollbacks } from './listRollbacks';
import { resume } from './resume';
import { setPause } from './setPause';
import { summarizeApplications } from './summarizeApplications';

async function end(
  db: Database,
  correlationId: string,
  at: number,
  state: 'idle' | 'abort',
) {
  const claimed = await claimRollbacks(db, {
    now: Number.MAX_SAFE_INTEGER,
    limit: 100,
    holder: 'a',
    leaseMs: -1,
  });
  const item = claimed.find(c => c.rollback.correlationId === correlationId);
  if (!item) {
    throw new Error(`${correlationId} is not open`);
  }
  await commitRollback(db, {
    before: item.rollback,
    ticket: item.ticket,
    after: { state: states(at)[state] },
    wakeAt: undefined,
    now: at,
    audit: [],
    effects: [],
  });
}

describeOnDatabases('lists of applications', open => {
  it.each([
    ['name', 'asc'],
    ['name', 'desc'],
    ['health', 'asc'],
    ['healthSince', 'desc'],
    ['environment', 'asc'],
  ] as Array<[ApplicationSort, 'asc' | 'desc']>)(
    'page by %s %s without repeating or skipping, while rows come and go',
    async (sort, order) => {
      const db = await open();
      const health = ['Healthy', 'Degraded', 'Missing'] as const;
      await tick(db, {
        records: Array.from({ length: 17 }, (_, n) =>
          // The same name in two namespaces, and equal sort values all over.
          aRecord('x', {
            key: aKey(`service-${n % 9}`, { namespace: `ns-${n % 2}` }),
            environment: n % 3 ? 'staging' : 'production',
            healthSince: T0 + (n % 4),
            lastCheck: aCheck({ health: health[n % 3] }),
          }),
        ),
      });
      const seen: string[] = [];
      let after: PagePosition | undefined;
      do {
        const page = await listApplications(db, {
          filter: {},
          limit: 4,
          sort,
          order,
          // Cursors travel as JSON.
          after: after && JSON.parse(JSON.stringify(after)),
        });
        seen.push(
          ...page.items.map(
            ({ record: { key } }) => `${key.name}/${key.namespace}`,
          ),
        );
        after = page.next;
        // A row that sorts before or after everything disturbs no page already seen.
        await tick(db, { gone: [aKey('nothing')] });
      } while (after);
      expect(seen).toHaveLength(17);
      expect(new Set(seen).size).toBe(17);
    },
  );

  it('sort the worst health first', async () => {
    const db = await open();
    await tick(db, {
      records: (['Healthy', 'NotMeasured', 'Degraded', 'Missing'] as const).map(
        health => aRecord(`a-${health}`, { lastCheck: aCheck({ health }) }),
      ),
    });
    const page = await listApplications(db, {
      filter: {},
      limit: 9,
      sort: 'health',
    });
    expect(page.items.map(item => item.record.lastCheck.health)).toEqual([
      'Degraded',
      'Missing',
      'NotMeasured',
      'Healthy',
    ]);
    expect(page.next).toBeUndefined();
  });

  it('filter by everything, alone and together, and count the same', async () => {
    const db = await open();
    const held = await openOne(db, 'held');
    const locked = await openOne(db, 'locked', { environment: 'production' });
    await end(db, locked.correlationId, T0 + 5, 'abort');
    const done = await openOne(db, 'done');
    await end(db, done.correlationId, T0 + 5, 'idle');
    await tick(db, {
      now: T0 + 9,
      records: [
        aRecord('100%_Sure', { lastCheck: aCheck({ health: 'Missing' }) }),
      ],
    });
    async function names(
      filter: Parameters<typeof listApplications>[1]['filter'],
    ) {
      const page = await listApplications(db, { filter, limit: 50 });
      await expect(countApplications(db, { filter })).resolves.toBe(
        page.items.length,
      );
      return page.items.map(item => item.record.key.name).sort();
    }
    await expect(names({})).resolves.toHaveLength(4);
    await expect(names({ environment: 'production' })).resolves.toEqual([
      'locked',
    ]);
    await expect(names({ health: ['Missing', 'Unknown'] })).resolves.toEqual([
      '100%_Sure',
    ]);
    await expect(names({ state: ['Abort'] })).resolves.toEqual(['locked']);
    await expect(names({ state: ['Idle'] })).resolves.toEqual([
      '100%_Sure',
      'done',
    ]);
    await expect(
      names({ state: ['Idle', 'DegradationDetected'] }),
    ).resolves.toEqual(['100%_Sure', 'done', 'held']);
    await expect(names({ text: 'MY-ORG/LOCK' })).resolves.toEqual(['locked']);
    // No wildcards: these are letters like others.
    await expect(names({ text: '0%_s' })).resolves.toEqual(['100%_Sure']);
    await expect(names({ text: '_' })).resolves.toEqual(['100%_Sure']);
    await expect(
      names({ keys: [aKey('held'), aKey('nothing')] }),
    ).resolves.toEqual(['held']);
    await expect(names({ keys: [] })).resolves.toEqual([]);
    await expect(
      names({ environment: 'staging', state: ['Abort'] }),
    ).resolves.toEqual([]);
    const [row] = (
      await listApplications(db, { filter: { text: 'held' }, limit: 1 })
    ).items;
    expect(row).toMatchObject({
      record: { openRollback: held.correlationId },
      rollback: { correlationId: held.correlationId },
      instanceOkAt: T0 + 9,
    });
    await expect(summarizeApplications(db)).resolves.toEqual({
      total: 4,
      byHealth: { Healthy: 3, Missing: 1 },
      byEnvironment: { staging: 3, production: 1 },
    });
  });

  it('find by name and labels exactly', async () => {
    const db = await open();
    await tick(db, {
      records: [
        aRecord('a', { labels: { app: 'pay', tier: 'x' } }),
        // Contains the text of the pair wanted, but is something else.
        aRecord('b', { labels: { note: '"app":"pay"', other: 'app' } }),
        aRecord('c', { labels: { 'my-app': 'pay' } }),
        aRecord('d', { labels: undefined }),
        aRecord('e', { project: 'other', labels: { app: 'pay' } }),
      ],
    });
    const find = async (options: Parameters<typeof findApplications>[1]) =>
      (await findApplications(db, options)).map(found => found.key.name);
    await expect(find({ labels: { app: 'pay' } })).resolves.toEqual(['a', 'e']);
    await expect(find({ labels: { app: 'pay', tier: 'x' } })).resolves.toEqual([
      'a',
    ]);
    await expect(
      find({ labels: { app: 'pay' }, project: 'other' }),
    ).resolves.toEqual(['e']);
    await expect(find({ name: 'd', instances: ['main'] })).resolves.toEqual([
      'd',
    ]);
    await expect(find({ name: 'd', instances: ['x'] })).resolves.toEqual([]);
    await expect(find({ name: 'd', namespace: 'x' })).resolves.toEqual([]);
  });
});

describeOnDatabases('lists of rollbacks', open => {
  it('page newest first, filter, and leave the large parts out', async () => {
    const db = await open();
    const ids: string[] = [];
    for (let n = 0; n < 7; n++) {
      // Two opened in the same millisecond.
      const rollback = await openOne(db, `service-${n}`, {
        openedAt: T0 + Math.floor(n / 2),
        environment: n === 6 ? 'production' : 'staging',
      });
      ids.push(rollback.correlationId);
    }
    await end(db, ids[0], T0 + 100, 'idle');
    await end(db, ids[1], T0 + 50, 'abort');
    const seen: string[] = [];
    let after: PagePosition | undefined;
    do {
      const page = await listRollbacks(db, { filter: {}, limit: 2, after });
      seen.push(...page.items.map(item => item.correlationId));
      after = page.next;
    } while (after);
    expect(new Set(seen)).toEqual(new Set(ids));
    expect(seen).toHaveLength(7);
    expect(seen[0]).toBe(ids[6]);

    async function select(
      filter: Parameters<typeof listRollbacks>[1]['filter'],
    ) {
      const page = await listRollbacks(db, { filter, limit: 50 });
      await expect(countRollbacks(db, { filter })).resolves.toBe(
        page.items.length,
      );
      return page.items.map(item => ids.indexOf(item.correlationId)).sort();
    }
    await expect(select({ open: true })).resolves.toEqual([2, 3, 4, 5, 6]);
    await expect(select({ open: false })).resolves.toEqual([0, 1]);
    await expect(select({ needsHuman: true })).resolves.toEqual([1]);
    await expect(select({ environment: 'production' })).resolves.toEqual([6]);
    await expect(select({ state: ['Abort', 'Idle'] })).resolves.toEqual([0, 1]);
    await expect(select({ application: aKey('service-3') })).resolves.toEqual([
      3,
    ]);
    await expect(select({ applicationName: 'service-3' })).resolves.toEqual([
      3,
    ]);
    await expect(select({ since: T0 + 2 })).resolves.toEqual([4, 5, 6]);
    const ended = await listRollbacks(db, {
      filter: {},
      by: 'ended',
      limit: 5,
    });
    expect(ended.items.map(item => ids.indexOf(item.correlationId))).toEqual([
      0, 1,
    ]);
  });

  it('forget what is past its retention, but no lock and nothing unfinished', async () => {
    const db = await open();
    const old = await openOne(db, 'old');
    await end(db, old.correlationId, T0 + 1, 'idle');
    const unfinished = await openOne(db, 'unfinished');
    await tick(db, {
      effects: [
        { correlationId: unfinished.correlationId, effect: anEvent('e') },
      ],
      checks: [T0 - 2, T0 - 1, T0].map(at => ({
        key: aKey('old'),
        check: aCheck({ at }),
      })),
    });
    await end(db, unfinished.correlationId, T0 + 1, 'idle');
    const locked = await openOne(db, 'locked');
    await end(db, locked.correlationId, T0 + 1, 'abort');
    const running = await openOne(db, 'running');
    const retention = { checksBefore: T0, rollbacksBefore: T0 + 2, limit: 1 };
    await expect(deleteExpired(db, retention)).resolves.toEqual({
      checks: 1,
      rollbacks: 1,
      pauses: 0,
    });
    await expect(deleteExpired(db, retention)).resolves.toEqual({
      checks: 1,
      rollbacks: 0,
      pauses: 0,
    });
    await expect(deleteExpired(db, retention)).resolves.toEqual({
      checks: 0,
      rollbacks: 0,
      pauses: 0,
    });
    await expect(getRollback(db, old)).resolves.toBeUndefined();
    for (const kept of [unfinished, locked, running]) {
      await expect(getRollback(db, kept)).resolves.toBeDefined();
    }
  });

  it('forget pauses that ended or were over, and keep those in force', async () => {
    const db = await open();
    const audit = [anAudit()];
    const pause = (id: string, options: Partial<Pause>) =>
      setPause(db, { pause: aPause(id, options), now: T0, audit });
    await pause('ended', { application: aKey('ended') });
    await pause('over', { application: aKey('over'), until: T0 + 1 });
    await pause('just over', { application: aKey('just'), until: T0 + 2 });
    await pause('in force', {});
    await resume(db, {
      application: aKey('ended'),
      now: T0 + 1,
      by: 'user:default/bob',
      because: 'Done',
      audit,
    });
    const retention = { checksBefore: 0, rollbacksBefore: T0 + 2, limit: 1 };
    const removed = [];
    for (let round = 0; round < 3; round += 1) {
      removed.push((await deleteExpired(db, retention)).pauses);
    }
    expect(removed).toEqual([1, 1, 0]);
    await expect(db.knex('pauses').select('id').orderBy('id')).resolves.toEqual(
      [{ id: 'in force' }, { id: 'just over' }],
    );
  });
});
