import { ApplicationKey } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Database } from '../database';
import { describeOnDatabases } from '../__testUtils__/databases';
import { meetAt } from '../__testUtils__/races';
import { aKey, anAudit, aPause, T0 } from '../__testUtils__/fixtures';
import { listPauses } from './listPauses';
import { pausesFor } from './pausesFor';
import { resume } from './resume';
import { setPause } from './setPause';

const KEY = aKey('payment-service');

function set(
  db: Database,
  id: string,
  pause: Parameters<typeof aPause>[1] = {},
  now = T0,
) {
  return setPause(db, {
    pause: aPause(id, { at: now, ...pause }),
    now,
    audit: [anAudit({ actionType: 'HUMAN_COMMAND', reasoning: id })],
  });
}

function end(db: Database, application?: ApplicationKey, now = T0 + 1) {
  return resume(db, {
    application,
    now,
    by: 'user:default/bob',
    because: 'Done\0',
    audit: [anAudit({ actionType: 'HUMAN_COMMAND', reasoning: 'resumed' })],
  });
}

async function inForce(db: Database, now = T0 + 2) {
  return (await listPauses(db, { now })).map(({ id }) => id);
}

async function about(db: Database, key: ApplicationKey, now = T0 + 2) {
  return (await pausesFor(db, { key, now })).map(({ id }) => id);
}

function auditCount(db: Database) {
  return db.knex('audit').then(rows => rows.length);
}

describeOnDatabases('pauses', open => {
  it('are listed as they were set: that of everything first', async () => {
    const db = await open();
    await set(db, 'app', { application: KEY, until: T0 + 60_000 });
    await set(db, 'all', { reason: 'Black\0 Friday' });
    await expect(listPauses(db, { now: T0 })).resolves.toEqual([
      aPause('all', { reason: 'Black Friday' }),
      aPause('app', { application: KEY, until: T0 + 60_000 }),
    ]);
    await expect(listPauses(db, { now: T0, limit: 1 })).resolves.toHaveLength(
      1,
    );
    await expect(auditCount(db)).resolves.toBe(2);
  });

  it('concern everything, or exactly one application', async () => {
    const db = await open();
    await set(db, 'app', { application: KEY });
    await expect(about(db, KEY)).resolves.toEqual(['app']);
    for (const other of [
      { ...KEY, instance: 'second' },
      { ...KEY, namespace: 'second' },
      { ...KEY, name: 'second' },
    ]) {
      await expect(about(db, other)).resolves.toEqual([]);
    }
    await set(db, 'all');
    await expect(about(db, KEY)).resolves.toEqual(['all', 'app']);
    await expect(about(db, aKey('second'))).resolves.toEqual(['all']);
  });

  it('are over when their time is', async () => {
    const db = await open();
    await set(db, 'short', { until: T0 + 10 });
    await expect(inForce(db, T0 + 9)).resolves.toEqual(['short']);
    await expect(about(db, KEY, T0 + 9)).resolves.toEqual(['short']);
    await expect(inForce(db, T0 + 10)).resolves.toEqual([]);
    await expect(about(db, KEY, T0 + 10)).resolves.toEqual([]);
    await expect(end(db, undefined, T0 + 10)).resolves.toBe(0);
  });

  it('take the place of the one before, of the same scope only', async () => {
    const db = await open();
    await set(db, 'all');
    await set(db, 'app', { application: KEY });
    await set(db, 'app again', { application: KEY }, T0 + 1);
    await expect(inForce(db)).resolves.toEqual(['all', 'app again']);
    await set(db, 'all again', { by: 'user:default/bob' }, T0 + 1);
    await expect(inForce(db)).resolves.toEqual(['all again', 'app again']);
    await expect(
      db.knex('pauses').where({ id: 'all' }).first('ended_by', 'ended_because'),
    ).resolves.toEqual({
      ended_by: 'user:default/bob',
      ended_because: 'Replaced by another pause',
    });
  });

  it('leave one in force when several people pause at once', async () => {
    const db = await open();
    await meetAt(
      db,
      'audit_head',
      ['a', 'b', 'c', 'd'].map(id => () => set(db, id, { application: KEY })),
    );
    await expect(inForce(db)).resolves.toEqual(['d']);
    await expect(auditCount(db)).resolves.toBe(4);
  });

  it('end for exactly the scope that is resumed, once', async () => {
    const db = await open();
    await set(db, 'all');
    await set(db, 'app', { application: KEY });
    await expect(end(db, aKey('second'))).resolves.toBe(0);
    await expect(
      meetAt(db, 'audit_head', [() => end(db, KEY), () => end(db, KEY)]),
    ).resolves.toEqual([1, 0]);
    await expect(inForce(db)).resolves.toEqual(['all']);
    await expect(end(db)).resolves.toBe(1);
    await expect(inForce(db)).resolves.toEqual([]);
    // Two set, two ended: who ended nothing is not told to have resumed.
    await expect(auditCount(db)).resolves.toBe(4);
    await expect(
      db.knex('pauses').where({ id: 'app' }).first('ended_by', 'ended_because'),
    ).resolves.toEqual({ ended_by: 'user:default/bob', ended_because: 'Done' });
  });
});
