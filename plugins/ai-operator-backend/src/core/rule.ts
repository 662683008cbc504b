import { Observation } from './observation';
import { Policy } from './policy';
import { Rollback } from './rollback';
import { undetermined, Known, Verdict } from './verdict';

/** The signature of every invariant and guard: it may only look at what it is given. */
export type Judge = (
  rollback: Rollback,
  observation: Observation,
  now: number,
  policy: Policy,
) => Verdict;

/**
 * The value of an answer that is known and fresh (SPEC §6: 30 s), or the verdict
 * `unknown` that says why there is none. `what` names the answer in a sentence.
 */
export function freshValue<T>(
  answer: Known<T> | undefined,
  what: string,
  now: number,
  policy: Policy,
): { fresh: true; value: T } | { fresh: false; verdict: Verdict } {
  if (answer === undefined) {
    return {
      fresh: false,
      verdict: undetermined(`${what} has not been looked at yet`),
    };
  }
  if (!answer.known) {
    return {
      fresh: false,
      verdict: undetermined(`${what} could not be read: ${answer.because}`),
    };
  }
  const age = now - answer.at;
  if (age > policy.timing.verdictMaxAge) {
    return {
      fresh: false,
      verdict: undetermined(
        `${what} was last read ${Math.round(
          age / 1000,
        )} s ago, which is too long to decide on`,
      ),
    };
  }
  return { fresh: true, value: answer.value };
}
