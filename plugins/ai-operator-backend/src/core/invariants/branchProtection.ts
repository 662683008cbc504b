import { judgeMergeability } from '../mergeability';
import { freshValue, Judge } from '../rule';
import { pullRequestOf } from '../stateFacts';
import { broken, holds, undetermined } from '../verdict';

export const title = 'GitHub allows the merge';

/** I8: GitHub says it can be merged without bypassing anything; we never bypass protection or a merge queue. */
export const judge: Judge = (rollback, observation, now, policy) => {
  if (pullRequestOf(rollback.state) === undefined) {
    return undetermined('The pull request is not open yet');
  }
  const fresh = freshValue(
    observation.pullRequest,
    'The pull request',
    now,
    policy,
  );
  if (!fresh.fresh) {
    return fresh.verdict;
  }
  const evidence = [
    { label: 'GitHub mergeable state', value: fresh.value.mergeableState },
    {
      label: 'Approvals',
      value: `${fresh.value.approvals.have} of ${fresh.value.approvals.need}`,
    },
    ...fresh.value.blockers
      .slice(0, 10)
      .map(value => ({ label: 'GitHub says', value })),
  ];
  const { verdict, because } = judgeMergeability(fresh.value, observation.ci);
  switch (verdict) {
    case 'mergeable':
      return holds(because, evidence);
    case 'clears_by_itself':
      return undetermined(because, evidence);
    default:
      return broken(because, evidence);
  }
};
