import { Effect } from '../effect';
import { Policy } from '../policy';
import { Rollback } from '../rollback';

/**
 * Asked by the dispatcher right before it acts, with the rollback as it is now:
 * an effect that waited (a crash, a retry) may have been overtaken. A pull request
 * is opened only while its attempt is the present one; a merge only while its
 * verdicts are for its head and not older than 30 s (SPEC §6). An effect that is
 * not wanted gets the outcome `not_wanted`.
 */
export function stillWanted(
  effect: Effect,
  rollback: Rollback,
  now: number,
  policy: Policy,
): { wanted: true } | { wanted: false; because: string } {
  throw new Error(`not implemented ${effect}${rollback}${now}${policy}`);
}
