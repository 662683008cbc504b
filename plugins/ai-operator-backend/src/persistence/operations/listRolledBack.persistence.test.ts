import { claim, commit } from '../__testUtils__/claims';
import { describeOnDatabases } from '../__testUtils__/databases';
import { openOne, states, T0 } from '../__testUtils__/fixtures';
import { listRolledBack } from './listRolledBack';

describeOnDatabases('listRolledBack', open => {
  it('names what was merged away, for one application', async () => {
    const db = await open();
    const rollback = await openOne(db, 'payment-service');
    const other = await openOne(db, 'checkout');
    const key = rollback.application;
    await expect(listRolledBack(db, { key })).resolves.toEqual([]);
    for (const item of await claim(db, { now: Number.MAX_SAFE_INTEGER })) {
      const isOurs = item.rollback.correlationId === rollback.correlationId;
      await commit(db, item, {
        after: { state: isOurs ? states(T0).merged : states(T0).prCreated },
        now: T0 + 7,
        transition: {
          from: 'DegradationDetected',
          to: isOurs ? 'RollbackMerged' : 'PRCreated',
          because: 'merged',
        },
      });
    }
    await expect(listRolledBack(db, { key })).resolves.toEqual([
      { revision: rollback.currentRevision, at: T0 + 7 },
    ]);
    await expect(
      listRolledBack(db, { key: other.application }),
    ).resolves.toEqual([]);
  });
});
