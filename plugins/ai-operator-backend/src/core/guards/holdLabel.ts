import { freshValue, Judge } from '../rule';
import { broken, holds } from '../verdict';

export const title = 'Nobody holds the pull request back';
/** Whoever wants it merged takes the label off. */
export const answerable = false;

/** Guard `hold_label`: anybody who may label the pull request can hold the merge back. */
export const judge: Judge = (_rollback, { pullRequest }, now, policy) => {
  const fresh = freshValue(pullRequest, 'The pull request', now, policy);
  if (!fresh.fresh) {
    return fresh.verdict;
  }
  const { labels } = fresh.value;
  const evidence = [{ label: 'Labels', value: labels.join(', ') || 'none' }];
  // GitHub treats label names as equal whatever their case.
  return labels.some(
    label => label.toLowerCase() === policy.holdLabel.toLowerCase(),
  )
    ? broken(`The label ${policy.holdLabel} is set`, evidence)
    : holds(`The label ${policy.holdLabel} is not set`, evidence);
};
