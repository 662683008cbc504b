import { Observation } from '../observation';
import { Policy } from '../policy';
import { Judge } from '../rule';
import { clockTime } from '../time';
import { holds, undetermined } from '../verdict';

export const title = 'GitHub still answers enough requests';
export const answerable = false;

/** Why GitHub's request budget forbids beginning anything; undefined when it does not. */
export function budgetSpent(
  { githubBudget }: Observation,
  now: number,
  policy: Policy,
): string | undefined {
  if (
    githubBudget === undefined ||
    githubBudget.remaining >= policy.githubBudget.stop ||
    githubBudget.resetAt <= now
  ) {
    return undefined;
  }
  return `GitHub allows ${
    githubBudget.remaining
  } more requests until ${clockTime(
    githubBudget.resetAt,
    now,
  )}: nothing is begun that could not be finished`;
}

/** Guard `github_budget`: below the stop mark nothing is merged; it clears by itself when GitHub's hour is over. */
export const judge: Judge = (_rollback, observation, now, policy) => {
  const { githubBudget } = observation;
  const evidence = githubBudget
    ? [
        {
          label: 'Requests left',
          value: `${githubBudget.remaining} of ${githubBudget.limit}`,
        },
      ]
    : [];
  const spent = budgetSpent(observation, now, policy);
  return spent === undefined
    ? holds(
        githubBudget
          ? `GitHub allows ${githubBudget.remaining} more requests`
          : 'GitHub has told no limit',
        evidence,
      )
    : undetermined(spent, evidence);
};
