import { freshValue, Judge } from '../rule';
import { broken, holds, undetermined } from '../verdict';

export const title = 'Argo CD reports Degraded now';

/** I2: judged on a look taken for this decision, never on the poller's memory. */
export const judge: Judge = (_rollback, { freshHealth }, now, policy) => {
  const fresh = freshValue(freshHealth, 'Health', now, policy);
  if (!fresh.fresh) {
    return fresh.verdict;
  }
  const { health, because } = fresh.value;
  const evidence = [
    { label: 'Argo CD health', value: health },
    ...(because ? [{ label: 'Argo CD says', value: because }] : []),
  ];
  if (health === 'Degraded') {
    return holds('Argo CD reports Degraded', evidence);
  }
  if (health === 'NotMeasured') {
    return undetermined(
      `Argo CD did not answer${because ? `: ${because}` : ''}`,
      evidence,
    );
  }
  return broken(`Argo CD reports ${health}, not Degraded`, evidence);
};
