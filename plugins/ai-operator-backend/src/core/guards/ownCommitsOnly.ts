import { freshValue, Judge } from '../rule';
import { pullRequestOf } from '../stateFacts';
import { broken, holds, undetermined } from '../verdict';

export const title = 'The pull request holds only the operator’s commit';
/** Nobody has proven what somebody else pushed. */
export const answerable = false;

/** Guard `own_commits_only`: what would be merged is exactly the commit we made. */
export const judge: Judge = (rollback, { pullRequest }, now, policy) => {
  const ours = pullRequestOf(rollback.state);
  if (ours === undefined) {
    return undetermined('The pull request is not open yet');
  }
  const fresh = freshValue(pullRequest, 'The pull request', now, policy);
  if (!fresh.fresh) {
    return fresh.verdict;
  }
  const { headSha } = fresh.value;
  const evidence = [
    { label: 'Our commit', value: ours.headSha },
    { label: 'Head of the pull request', value: headSha },
  ];
  return headSha === ours.headSha
    ? holds('Its head is the commit the operator made', evidence)
    : broken(
        `Somebody pushed to the pull request: its head is ${headSha.slice(
          0,
          7,
        )}, the operator made ${ours.headSha.slice(0, 7)}`,
        evidence,
      );
};
