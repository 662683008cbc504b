import { Judge } from '../rule';
import { broken, holds, undetermined } from '../verdict';

export const title = 'The degradation persists';

/** I4: the streak of the poller's record, which survives restarts, at the revision this rollback is about (AC-03). */
export const judge: Judge = (rollback, { application }, _now, policy) => {
  if (application === undefined) {
    return undetermined('Argo CD no longer lists the application');
  }
  const needed = policy.timing.persistenceChecks;
  const { streak, revision } = application;
  const evidence = [
    { label: 'Consecutive degraded checks', value: String(streak) },
    { label: 'Needed', value: String(needed) },
  ];
  if (revision !== rollback.currentRevision) {
    return broken(
      `The degraded checks are of revision ${
        revision?.slice(0, 7) ?? 'unknown'
      }, not of ${rollback.currentRevision.slice(0, 7)}`,
      evidence,
    );
  }
  return streak >= needed
    ? holds(`Degraded in ${streak} consecutive checks`, evidence)
    : broken(
        `Degraded in ${streak} consecutive check${
          streak === 1 ? '' : 's'
        }, ${needed} are needed`,
        evidence,
      );
};
