import { AuditVerification } from '@ai-operator/backstage-plugin-ai-operator-common';
import { ChainFindings } from './ChainVerifier';

/** What is said of a part of the chain, without the time of the answer. */
export type Verification = Omit<AuditVerification, 'now'>;

function entries(count: number): string {
  return count === 1 ? '1 entry' : `${count} entries`;
}

/** Puts what a verifier found into one answer. */
export function toVerification(
  { checked, first, last, problems, moreProblems }: ChainFindings,
  options: { nextFrom?: number; told?: string } = {},
): Verification {
  const range =
    first === undefined || last === undefined || first === last
      ? ''
      : ` from ${first} to ${last}`;
  const others = problems.length - 1;
  const intact =
    options.told ??
    (checked === 0 ? 'There is nothing to recompute.' : undefined);
  return {
    result: problems.length === 0 ? 'intact' : 'broken',
    because:
      problems.length === 0
        ? intact ??
          `${entries(
            checked,
          )}${range} recomputed: each is what was written, and none is missing or added.`
        : `${problems[0].because}${
            others > 0 || moreProblems
              ? ` ${moreProblems ? 'More' : others} more of the kind ${
                  others === 1 && !moreProblems ? 'was' : 'were'
                } found.`
              : ''
          }`,
    checked,
    from: first,
    to: last,
    nextFrom: options.nextFrom,
    problems,
    moreProblems,
  };
}
