import { GuardId } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Observation } from '../observation';
import { Policy } from '../policy';
import { Rollback } from '../rollback';
import { Verdict } from '../verdict';

/** A rule that can only hold a merge back (`broken` holds back), never push it forward. */
export interface Guard {
  id: GuardId;
  title: string;
  judge(
    rollback: Rollback,
    observation: Observation,
    now: number,
    policy: Policy,
  ): Verdict;
}

export const GUARDS: readonly Guard[] = [];
