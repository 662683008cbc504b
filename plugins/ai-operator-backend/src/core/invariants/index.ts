import { InvariantId } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Observation } from '../observation';
import { Policy } from '../policy';
import { Rollback } from '../rollback';
import { Verdict } from '../verdict';

/** One safety rule: may only look at what it is given. */
export interface Invariant {
  id: InvariantId;
  title: string;
  judge(
    rollback: Rollback,
    observation: Observation,
    now: number,
    policy: Policy,
  ): Verdict;
}

/** In the order I1..I8. */
export const INVARIANTS: readonly Invariant[] = [];
