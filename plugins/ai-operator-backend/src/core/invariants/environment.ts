import { Judge } from '../rule';
import { broken, holds } from '../verdict';

export const title = 'Environment is staging';

/** I1: in production a merge is never the operator's own decision (RB-08). */
export const judge: Judge = rollback => {
  const evidence = [{ label: 'Environment', value: rollback.environment }];
  return rollback.environment === 'staging'
    ? holds('The application runs in staging', evidence)
    : broken(
        'The application runs in production: a senior maintainer approves, never the operator (RB-08)',
        evidence,
      );
};
