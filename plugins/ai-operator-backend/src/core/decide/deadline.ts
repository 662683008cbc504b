import { Policy } from '../policy';
import { Rollback } from '../rollback';

/** When the present state ends by itself, and what happens then. */
export interface Deadline {
  /** ms epoch. */
  at: number;
  /** One clause: "the rollback is aborted: CI did not finish in time". */
  then: string;
}

/** Every open state has a deadline; undefined for a rollback that has ended. */
export function deadlineOf(
  rollback: Pick<Rollback, 'state' | 'environment' | 'openedAt'>,
  policy: Policy,
): Deadline | undefined {
  throw new Error(`not implemented ${rollback}${policy}`);
}
