import { ApplicationRecord } from '../application';
import { Effect } from '../effect';
import { Rollback } from '../rollback';

/**
 * The rollback that begins with the check just judged, and the effects that go
 * with it: event `degradation.detected`, then the transition from Idle. Call it
 * only when `judgeCheck` said `openRollback`; throws otherwise.
 */
export function openRollback(
  record: ApplicationRecord,
  correlationId: string,
  now: number,
): { rollback: Rollback; because: string; effects: Effect[] } {
  throw new Error(`not implemented ${record}${correlationId}${now}`);
}
