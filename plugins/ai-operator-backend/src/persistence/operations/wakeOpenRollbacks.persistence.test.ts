import { describeOnDatabases } from '../__testUtils__/databases';
import { aKey, openOne, states, T0 } from '../__testUtils__/fixtures';
import { claimRollbacks } from './claimRollbacks';
import { commitRollback } from './commitRollback';
import { wakeOpenRollbacks } from './wakeOpenRollbacks';

describeOnDatabases('waking the open rollbacks', open => {
  it('makes all due, or those of one application; none that has ended', async () => {
    const db = await open();
    const later = T0 + 3_600_000;
    const [cart, search, ended] = await Promise.all([
      openOne(db, 'cart', { application: aKey('cart', { instance: 'a' }) }),
      openOne(db, 'search', { application: aKey('search', { instance: 'b' }) }),
      openOne(db, 'ended', { application: aKey('ended', { instance: 'c' }) }),
    ]);
    const claim = async (now: number) =>
      claimRollbacks(db, { now, limit: 10, holder: 'test', leaseMs: 60_000 });
    for (const { rollback, ticket } of await claim(T0)) {
      await commitRollback(db, {
        before: rollback,
        ticket,
        after: {
          state:
            rollback.correlationId === ended.correlationId
              ? states(T0).abort
              : rollback.state,
        },
        wakeAt: later,
        now: T0,
        audit: [],
        effects: [],
      });
    }
    await expect(claim(T0 + 1)).resolves.toEqual([]);
    await expect(
      wakeOpenRollbacks(db, { application: cart.application, now: T0 + 1 }),
    ).resolves.toBe(1);
    await expect(claim(T0 + 1)).resolves.toMatchObject([
      { rollback: { correlationId: cart.correlationId } },
    ]);
    await expect(wakeOpenRollbacks(db, { now: T0 + 1 })).resolves.toBe(2);
    await expect(claim(T0 + 1)).resolves.toMatchObject([
      { rollback: { correlationId: search.correlationId } },
    ]);
    await expect(
      wakeOpenRollbacks(db, { application: aKey('none'), now: T0 + 1 }),
    ).resolves.toBe(0);
  });
});
