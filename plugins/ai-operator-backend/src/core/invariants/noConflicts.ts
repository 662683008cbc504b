import { headBranch } from '../change/pullRequest';
import { freshValue, Judge } from '../rule';
import { pullRequestOf, targetOf } from '../stateFacts';
import { broken, holds, undetermined } from '../verdict';

export const title = 'No other rollback pull request is open';

/** I7: exactly one open rollback pull request for this application and branch, and it is ours (RB-10). */
export const judge: Judge = (rollback, { openPullRequests }, now, policy) => {
  const fresh = freshValue(
    openPullRequests,
    'The list of open rollback pull requests',
    now,
    policy,
  );
  if (!fresh.fresh) {
    return fresh.verdict;
  }
  const evidence = fresh.value.map(({ number, headBranch: branch, url }) => ({
    label: `#${number}`,
    value: branch,
    url,
  }));
  const ours = pullRequestOf(rollback.state);
  const target = targetOf(rollback.state);
  const others = fresh.value.filter(open =>
    ours === undefined
      ? target === undefined ||
        open.headBranch !== headBranch(rollback.application.name, target.sha)
      : open.number !== ours.number,
  );
  if (others.length > 0) {
    return broken(
      `${others
        .slice(0, 5)
        .map(({ number }) => `#${number}`)
        .join(', ')} ${
        others.length === 1 ? 'is' : 'are'
      } open for the same application and branch (RB-10)`,
      evidence,
    );
  }
  if (ours === undefined) {
    return holds('No other rollback pull request is open', evidence);
  }
  return fresh.value.length === 1
    ? holds(`#${ours.number} is the only one open`, evidence)
    : // GitHub lists pull requests with a delay: ours missing is not proof of a conflict.
      undetermined(
        `#${ours.number} is not listed among the open rollback pull requests`,
        evidence,
      );
};
