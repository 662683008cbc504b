import { freshValue, Judge } from '../rule';
import { broken, holds } from '../verdict';

export const title = 'Fewer replicas are available than desired';

/** I3: from the same fresh look as I2; unreadable replicas are unknown, whatever Argo CD says. */
export const judge: Judge = (_rollback, { freshHealth }, now, policy) => {
  const look = freshValue(freshHealth, 'Replicas', now, policy);
  if (!look.fresh) {
    return look.verdict;
  }
  const fresh = freshValue(look.value.replicas, 'Replicas', now, policy);
  if (!fresh.fresh) {
    return fresh.verdict;
  }
  const { available, desired } = fresh.value;
  const evidence = [
    { label: 'Available replicas', value: String(available) },
    { label: 'Desired replicas', value: String(desired) },
  ];
  if (desired === 0) {
    return broken('The workload is scaled to zero on purpose', evidence);
  }
  return available < desired
    ? holds(`${available} of ${desired} replicas are available`, evidence)
    : broken(`All ${desired} desired replicas are available`, evidence);
};
