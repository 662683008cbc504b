import { Judge } from '../rule';
import { broken, holds } from '../verdict';

export const title = 'The operator may merge here';
/** In mode `propose` people decide: the one who was asked just has. */
export const answerable = true;

/**
 * Guard `mode`: in staging only `auto` merges without a person. In production
 * it never does, whatever the configuration says (RB-08): there the approval of
 * a senior maintainer is a verdict of its own, so this guard has nothing to add
 * unless the operator may only observe.
 */
export const judge: Judge = ({ environment }, _observation, _now, policy) => {
  const mode = policy.modes[environment];
  const evidence = [{ label: `Mode of ${environment}`, value: mode }];
  if (environment === 'production' && mode !== 'observe') {
    return holds(
      'In production the operator merges only what a senior maintainer has approved (RB-08)',
      evidence,
    );
  }
  return mode === 'auto'
    ? holds(`Mode auto: the operator merges in ${environment}`, evidence)
    : broken(
        `Mode ${mode}: in ${environment} people merge, not the operator`,
        evidence,
      );
};
