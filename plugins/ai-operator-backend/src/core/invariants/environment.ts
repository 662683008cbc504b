import { Judge } from '../rule';
import { broken, holds, undetermined } from '../verdict';

export const title = 'Environment is staging';

/**
 * I1: in production a merge is never the operator's own decision (RB-08). The
 * environment the rollback began in and the present one must both be staging:
 * labels and configuration may have changed since.
 */
export const judge: Judge = (rollback, { application }) => {
  const evidence = [{ label: 'Environment', value: rollback.environment }];
  if (rollback.environment !== 'staging') {
    return broken(
      'The application runs in production: a senior maintainer approves, never the operator (RB-08)',
      evidence,
    );
  }
  if (application === undefined) {
    return undetermined('Argo CD no longer lists the application', evidence);
  }
  const present = application.environment;
  return present === 'staging'
    ? holds('The application runs in staging', evidence)
    : broken(
        `The rollback began in staging, but the application is now in ${
          present ?? 'no environment that the configuration knows'
        }`,
        [...evidence, { label: 'Environment now', value: present ?? 'none' }],
      );
};
