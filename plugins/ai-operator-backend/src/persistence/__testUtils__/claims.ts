import { Rollback } from '../../core/rollback';
import { Database } from '../database';
import { ClaimedRollback, claimRollbacks } from '../operations/claimRollbacks';
import {
  commitRollback,
  CommitRollbackOptions,
} from '../operations/commitRollback';
import { releaseRollback } from '../operations/releaseRollback';
import { T0 } from './fixtures';

/** Claims what is due, for a minute of database time. */
export function claim(
  db: Database,
  options: Partial<Parameters<typeof claimRollbacks>[1]> = {},
) {
  return claimRollbacks(db, {
    now: T0,
    limit: 10,
    holder: 'a',
    leaseMs: 60_000,
    ...options,
  });
}

/** Commits what was claimed; unless told otherwise, a decision that moves nothing. */
export function commit(
  db: Database,
  { rollback, ticket }: ClaimedRollback,
  options: Partial<CommitRollbackOptions> = {},
) {
  return commitRollback(db, {
    before: rollback,
    ticket,
    after: { state: rollback.state },
    wakeAt: T0 + 10_000,
    now: T0,
    audit: [],
    effects: [],
    ...options,
  });
}

/** Brings a rollback to a state, as a decision would. */
export async function moveTo(
  db: Database,
  rollback: Rollback,
  state: Rollback['state'],
) {
  const claimed = await claim(db, { now: Number.MAX_SAFE_INTEGER });
  for (const item of claimed) {
    if (item.rollback.correlationId === rollback.correlationId) {
      const ended = state.name === 'Idle' || state.name === 'Abort';
      await commit(db, item, {
        after: { state },
        wakeAt: ended ? undefined : T0,
      });
    } else {
      await releaseRollback(db, {
        correlationId: item.rollback.correlationId,
        ticket: item.ticket,
        wakeAt: T0,
      });
    }
  }
}
