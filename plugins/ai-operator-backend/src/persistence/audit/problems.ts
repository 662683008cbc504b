import { AuditProblem } from '@ai-operator/backstage-plugin-ai-operator-common';
import { ChainRun } from './chainRuns';

/** How many entries a run has. */
export function lengthOf({ first, last }: ChainRun): number {
  return last - first + 1;
}

/** Begins a sentence about entries: `Entry 3 is`. */
export function named(first: number, last: number): string {
  return first === last
    ? `Entry ${first} is`
    : `Entries ${first} to ${last} are`;
}

export function problem(
  kind: AuditProblem['kind'],
  { first, last }: { first: number; last: number },
  because: string,
): AuditProblem {
  return last > first
    ? { kind, seq: first, toSeq: last, because }
    : { kind, seq: first, because };
}

export function missing(
  first: number,
  last: number,
  because: string,
): AuditProblem {
  return problem(
    'missing',
    { first, last },
    `${named(first, last)} not there: ${because}`,
  );
}
