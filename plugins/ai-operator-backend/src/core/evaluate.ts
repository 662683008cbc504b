import { judgeApproval } from './approval/judgeApproval';
import { Guard, GUARDS } from './guards';
import { Invariant, INVARIANTS } from './invariants';
import { Observation } from './observation';
import { Policy } from './policy';
import { Rollback, VerdictSet } from './rollback';
import { pullRequestOf } from './stateFacts';

/** The rules in force; handed in only by tests that want to see a rule missed. */
export interface Rules {
  invariants: readonly Invariant[];
  guards: readonly Guard[];
}

export const RULES: Rules = { invariants: INVARIANTS, guards: GUARDS };

/** All verdicts at this moment, bound to the head they speak of (SPEC §6). */
export function evaluate(
  rollback: Rollback,
  observation: Observation,
  now: number,
  policy: Policy,
  rules: Rules = RULES,
): VerdictSet {
  const judgeAll = <Id>(
    list: ReadonlyArray<{ id: Id; judge: Invariant['judge'] }>,
  ) =>
    list.map(({ id, judge }) => ({
      ...judge(rollback, observation, now, policy),
      id,
    }));
  return {
    evaluatedAt: now,
    headSha: pullRequestOf(rollback.state)?.headSha,
    invariants: judgeAll(rules.invariants),
    guards: judgeAll(rules.guards),
    ...(rollback.environment === 'production'
      ? { approval: judgeApproval(rollback, observation, now, policy) }
      : {}),
  };
}
