import { CiNow } from './observation';

export type CiResult =
  | { state: 'success' | 'pending'; because: string }
  | {
      state: 'failure';
      because: string;
      /** Names of the checks that failed. */
      failed: string[];
    };

function names(checks: Array<{ name: string }>): string {
  const shown = checks.slice(0, 5).map(check => check.name);
  const more = checks.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

/**
 * What CI says about one head. Required checks decide; where the branch requires
 * none, every check that reported does. A required check GitHub has heard nothing
 * of is pending, and so is a head nobody has checked at all: silence is no success.
 */
export function ciResult(ci: CiNow, headSha: string): CiResult {
  if (ci.headSha !== headSha) {
    return {
      state: 'pending',
      because: `CI spoke of commit ${ci.headSha.slice(
        0,
        7,
      )}, the pull request is at ${headSha.slice(0, 7)}`,
    };
  }
  const required = ci.checks.filter(check => check.required);
  const deciding = required.length > 0 ? required : ci.checks;
  const kind = required.length > 0 ? 'required check' : 'check';
  if (deciding.length === 0) {
    return {
      state: 'pending',
      because:
        'No check is required on this branch and none has reported: nothing proves the change',
    };
  }
  const failed = deciding.filter(check => check.state === 'failure');
  if (failed.length > 0) {
    return {
      state: 'failure',
      because: `${failed.length} of ${deciding.length} ${kind}s failed: ${names(
        failed,
      )}`,
      failed: failed.map(({ name }) => name),
    };
  }
  const open = deciding.filter(check => check.state !== 'success');
  if (open.length > 0) {
    return {
      state: 'pending',
      because: `${open.length} of ${
        deciding.length
      } ${kind}s not finished: ${names(open)}`,
    };
  }
  return {
    state: 'success',
    because:
      required.length > 0
        ? `All ${deciding.length} required checks succeeded`
        : `The branch requires no check; all ${deciding.length} that reported succeeded`,
  };
}
