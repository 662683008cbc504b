import { ApplicationRecord } from '../application';
import { Policy } from '../policy';
import { Rollback } from '../rollback';

/** One or two sentences: what the operator thinks of this rollback and why, what it waits for, until when. */
export function explainRollback(
  rollback: Rollback,
  now: number,
  policy: Policy,
): string {
  throw new Error(`not implemented ${rollback}${now}${policy}`);
}

/** The same for an application; `rollback` is the open one, or the one whose Abort locks it. */
export function explainApplication(
  record: ApplicationRecord,
  rollback: Rollback | undefined,
  now: number,
  policy: Policy,
): string {
  throw new Error(`not implemented ${record}${rollback}${now}${policy}`);
}
