import { ciResult } from '../ci';
import { freshValue, Judge } from '../rule';
import { pullRequestOf } from '../stateFacts';
import { broken, holds, undetermined } from '../verdict';

export const title = 'CI succeeded on the pull request';

/** I6: all required checks of exactly this head; pending is unknown, and no CI at all never holds. */
export const judge: Judge = (rollback, { ci }, now, policy) => {
  const pullRequest = pullRequestOf(rollback.state);
  if (pullRequest === undefined) {
    return undetermined('The pull request is not open yet');
  }
  const fresh = freshValue(ci, 'CI', now, policy);
  if (!fresh.fresh) {
    return fresh.verdict;
  }
  const result = ciResult(fresh.value, pullRequest.headSha);
  const evidence = fresh.value.checks.map(check => ({
    label: check.required ? `${check.name} (required)` : check.name,
    value: check.state,
    url: check.url,
  }));
  switch (result.state) {
    case 'success':
      return holds(result.because, evidence);
    case 'failure':
      return broken(result.because, evidence);
    default:
      return undetermined(result.because, evidence);
  }
};
