import { Judge } from '../rule';
import { broken, holds } from '../verdict';

export const title = 'The operator may merge by itself here';

/** Guard `mode`: only `auto` merges, and production never does, whatever the configuration says (RB-08). */
export const judge: Judge = ({ environment }, _observation, _now, policy) => {
  const mode = policy.modes[environment];
  const evidence = [{ label: `Mode of ${environment}`, value: mode }];
  if (environment === 'production') {
    return broken('In production people merge (RB-08)', evidence);
  }
  return mode === 'auto'
    ? holds(`Mode auto: the operator merges in ${environment}`, evidence)
    : broken(
        `Mode ${mode}: in ${environment} people merge, not the operator`,
        evidence,
      );
};
