import { Question } from '../observation';
import { Policy } from '../policy';
import { Rollback } from '../rollback';

/** Which facts `decide` wants for a rollback in its present state. */
export function questionsFor(rollback: Rollback, policy: Policy): Question[] {
  throw new Error(`not implemented ${rollback}${policy}`);
}
