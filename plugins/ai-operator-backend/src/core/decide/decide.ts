import { Decision } from '../decision';
import { Observation } from '../observation';
import { Policy } from '../policy';
import { Rollback } from '../rollback';

/** What to do about one rollback now (SPEC §5). Pure: the same four arguments give the same answer. */
export function decide(
  rollback: Rollback,
  observation: Observation,
  now: number,
  policy: Policy,
): Decision {
  throw new Error(`not implemented ${rollback}${observation}${now}${policy}`);
}
