import { describeOnDatabases } from '../__testUtils__/databases';
import {
  aCheck,
  aKey,
  anAudit,
  anEvent,
  aRecord,
  aRollback,
  openOne,
  states,
  T0,
  tick,
} from '../__testUtils__/fixtures';
import { claimEffects } from './claimEffects';
import { claimRollbacks } from './claimRollbacks';
import { commitRollback } from './commitRollback';
import { getApplicationRecord } from './getApplicationRecord';
import { getRollback } from './getRollback';
import { listAudit } from './listAudit';
import { listChecks } from './listChecks';
import { listHolds } from './listHolds';
import { listTransitions } from './listTransitions';
import { loadApplicationRecords } from './loadApplicationRecords';

describeOnDatabases('finishTick', open => {
  it('stores records as they are and brings them back, instance by instance', async () => {
    const db = await open();
    const full = aRecord('payment-service', {
      streak: 2,
      streakSince: T0,
      streakCountedAt: T0 + 1,
      unclear: { health: 'Missing', checks: 1, countedAt: T0 },
      findings: [{ rule: 'AC-04', because: 'no probe', howToMend: 'add one' }],
      lastCheck: aCheck({
        health: 'Degraded',
        streak: 2,
        replicas: { known: true, value: { available: 1, desired: 3 }, at: T0 },
      }),
    });
    const bare = aRecord('unmapped', {
      environment: undefined,
      source: { known: false, because: 'two Git sources', at: T0 },
      labels: undefined,
    });
    await tick(db, { records: [full, bare] });
    await tick(db, {
      instance: 'other',
      records: [
        aRecord('elsewhere', { key: aKey('elsewhere', { instance: 'other' }) }),
      ],
    });
    const records = await loadApplicationRecords(db, { instance: 'main' });
    expect(new Map(records.map(r => [r.key.name, r]))).toEqual(
      new Map([
        ['payment-service', full],
        ['unmapped', JSON.parse(JSON.stringify(bare))],
      ]),
    );
  });

  it('replaces changed records and removes those that are gone', async () => {
    const db = await open();
    await tick(db, { records: [aRecord('a'), aRecord('b'), aRecord('c')] });
    await tick(db, {
      records: [aRecord('a', { revision: 'new', healthSince: T0 + 1 })],
      gone: [aKey('b')],
    });
    await expect(getApplicationRecord(db, aKey('a'))).resolves.toMatchObject({
      revision: 'new',
      healthSince: T0 + 1,
    });
    await expect(getApplicationRecord(db, aKey('b'))).resolves.toBeUndefined();
    await expect(getApplicationRecord(db, aKey('c'))).resolves.toBeDefined();
  });

  it('opens a rollback with its transition, due now, and its effects and audit', async () => {
    const db = await open();
    const rollback = aRollback('payment-service');
    const { correlationId } = rollback;
    await tick(db, {
      records: [aRecord('payment-service')],
      opened: [{ rollback, because: 'payment-service is Degraded' }],
      effects: [{ correlationId, effect: anEvent('e1') }],
      audit: [anAudit({ correlationId })],
    });
    await expect(getRollback(db, { correlationId })).resolves.toEqual(rollback);
    await expect(
      listTransitions(db, { correlationId, limit: 10 }),
    ).resolves.toEqual([
      {
        version: 1,
        at: T0,
        from: 'Idle',
        to: 'DegradationDetected',
        because: 'payment-service is Degraded',
      },
    ]);
    await expect(
      getApplicationRecord(db, aKey('payment-service')),
    ).resolves.toMatchObject({ openRollback: correlationId });
    await expect(
      claimEffects(db, { now: T0, limit: 5, holder: 'a', leaseMs: 1_000 }),
    ).resolves.toMatchObject([{ correlationId, attempt: 0, askedAt: T0 }]);
    const claimed = await claimRollbacks(db, {
      now: T0,
      limit: 5,
      holder: 'a',
      leaseMs: 1_000,
    });
    expect(claimed.map(item => item.rollback)).toEqual([rollback]);
    await expect(
      listAudit(db, { correlationId, limit: 5 }),
    ).resolves.toHaveLength(1);
  });

  it.each([
    ['one is open', undefined],
    ['the last one is in Abort', states(T0).abort],
  ])(
    'opens none while %s, and leaves out what belongs to it',
    async (_title, state) => {
      const db = await open();
      const first = await openOne(db, 'payment-service');
      if (state) {
        const [claim] = await claimRollbacks(db, {
          now: T0,
          limit: 1,
          holder: 'a',
          leaseMs: 1_000,
        });
        await commitRollback(db, {
          before: first,
          ticket: claim.ticket,
          after: { state },
          wakeAt: undefined,
          now: T0,
          audit: [],
          effects: [],
        });
      }
      const second = aRollback('payment-service');
      const other = aRollback('cart-service');
      const result = await tick(db, {
        records: [aRecord('cart-service')],
        opened: [
          { rollback: second, because: 'degraded' },
          { rollback: other, because: 'degraded' },
        ],
        effects: [second, other].map(({ correlationId }) => ({
          correlationId,
          effect: anEvent(`${correlationId}/e`),
        })),
        audit: [second, other].map(({ correlationId }) =>
          anAudit({ correlationId }),
        ),
      });
      expect(result).toEqual({
        result: 'committed',
        notOpened: [second.correlationId],
      });
      expect(
        (await listHolds(db, { instance: 'main' })).map(hold => [
          hold.key.name,
          hold.correlationId,
          hold.state,
        ]),
      ).toEqual(
        expect.arrayContaining([
          [
            'payment-service',
            first.correlationId,
            state ? 'Abort' : 'DegradationDetected',
          ],
          ['cart-service', other.correlationId, 'DegradationDetected'],
        ]),
      );
      await expect(
        listAudit(db, { correlationId: second.correlationId, limit: 5 }),
      ).resolves.toEqual([]);
      const effects = await claimEffects(db, {
        now: T0,
        limit: 9,
        holder: 'a',
        leaseMs: 1_000,
      });
      expect(effects.map(effect => effect.correlationId)).toEqual([
        other.correlationId,
      ]);
      await expect(
        getApplicationRecord(db, aKey('payment-service')),
      ).resolves.toMatchObject(
        state
          ? { lockedBy: first.correlationId }
          : { openRollback: first.correlationId },
      );
    },
  );

  it('writes nothing at all when a part of it is refused', async () => {
    const db = await open();
    await expect(
      tick(db, {
        records: [aRecord('payment-service')],
        audit: [anAudit({ timestamp: -1 })],
      }),
    ).rejects.toThrow(/timestamp/);
    await expect(
      getApplicationRecord(db, aKey('payment-service')),
    ).resolves.toBeUndefined();
  });

  it('keeps checks in order of time and gives the newest of a window', async () => {
    const db = await open();
    const key = aKey('payment-service');
    await tick(db, {
      checks: [0, 10, 20, 30].map(s => ({
        key,
        check: aCheck({ at: T0 + s * 1_000, streak: s / 10 }),
      })),
    });
    await tick(db, {
      checks: [{ key: aKey('other'), check: aCheck({ at: T0 + 15_000 }) }],
    });
    const at = (checks: Array<{ at: number }>) =>
      checks.map(check => (check.at - T0) / 1_000);
    expect(at(await listChecks(db, { key, limit: 2 }))).toEqual([20, 30]);
    expect(
      at(
        await listChecks(db, {
          key,
          since: T0 + 10_000,
          until: T0 + 20_000,
          limit: 9,
        }),
      ),
    ).toEqual([10, 20]);
  });

  it('takes 10,000 applications in one tick', async () => {
    const db = await open();
    const records = Array.from({ length: 10_000 }, (_, n) =>
      aRecord(`service-${n}`),
    );
    const started = performance.now();
    await tick(db, { records });
    await tick(db, {
      records: records.map(record => ({ ...record, healthSince: T0 + 1 })),
    });
    const elapsed = performance.now() - started;
    const loaded = await loadApplicationRecords(db, { instance: 'main' });
    expect(loaded).toHaveLength(10_000);
    expect(new Set(loaded.map(record => record.healthSince))).toEqual(
      new Set([T0 + 1]),
    );
    // Twice all of them, on whatever machine: far below this unless it became quadratic.
    expect(elapsed).toBeLessThan(30_000);
  }, 60_000);
});
