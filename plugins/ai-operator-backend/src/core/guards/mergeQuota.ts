import { Judge } from '../rule';
import { broken, holds } from '../verdict';

export const title = 'The merges of this hour are not used up';
/** The quota is against an operator that runs wild; a person who answers is not. */
export const answerable = true;

/** Guard `merge_quota`: at most so many merges by the operator per repository and hour (SPEC §8). */
export const judge: Judge = (_rollback, { lastHour }, _now, policy) => {
  const { maxMergesPerHour } = policy.limits;
  const evidence = [
    {
      label: 'Merged in this repository within the last hour',
      value: `${lastHour.merges} of ${maxMergesPerHour}`,
    },
  ];
  return lastHour.merges < maxMergesPerHour
    ? holds(
        `${lastHour.merges} of ${maxMergesPerHour} merges of this hour are used`,
        evidence,
      )
    : broken(
        `The operator has merged ${lastHour.merges} rollbacks in this repository within an hour, ${maxMergesPerHour} are allowed`,
        evidence,
      );
};
