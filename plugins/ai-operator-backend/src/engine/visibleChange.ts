import { CheckState, Decision, Rollback, VerdictSet } from '../core';

function verdictText(verdicts: VerdictSet | undefined): string {
  return JSON.stringify(
    verdicts && [
      verdicts.headSha,
      [...verdicts.invariants, ...verdicts.guards].map(
        ({ id, result, because }) => [id, result, because],
      ),
      verdicts.approval?.because,
    ],
  );
}

function differs(before: unknown, after: unknown): boolean {
  return JSON.stringify(before) !== JSON.stringify(after);
}

/**
 * Whether a page about the rollback shows anything else after this decision than
 * before, besides the time of the look: most looks find the same again.
 */
export function isVisibleChange(
  before: Rollback,
  decision: Decision,
  checks: CheckState[] | undefined,
): boolean {
  const { next, effects, answers, candidates, verdicts } = decision;
  return (
    effects.length > 0 ||
    (answers ?? []).length > 0 ||
    differs(before.state, next) ||
    (candidates !== undefined &&
      differs(before.candidates?.rows, candidates.rows)) ||
    (verdicts !== undefined &&
      verdictText(before.verdicts) !== verdictText(verdicts)) ||
    (checks !== undefined && differs(before.ci?.checks, checks))
  );
}
