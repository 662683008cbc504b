import { VerdictResult } from '@ai-operator/backstage-plugin-ai-operator-common';

/** One figure or link with which a person can check a verdict. */
export interface Evidence {
  label: string;
  value: string;
  url?: string;
}

/**
 * The answer to one question about safety. `unknown` is not a softer `broken`:
 * it says that we could not tell, and it never merges.
 */
export interface Verdict {
  result: VerdictResult;
  /** One sentence that portal, pull request, issue and audit all show. */
  because: string;
  evidence: Evidence[];
}

/** A value with the time it was observed (ms epoch), or the reason why we have none. */
export type Known<T> =
  | { known: true; value: T; at: number }
  | { known: false; because: string; at: number };

export function known<T>(value: T, at: number): Known<T> {
  return { known: true, value, at };
}

export function unknown<T>(because: string, at: number): Known<T> {
  return { known: false, because, at };
}

export function holds(because: string, evidence: Evidence[] = []): Verdict {
  return { result: 'holds', because, evidence };
}

export function broken(because: string, evidence: Evidence[] = []): Verdict {
  return { result: 'broken', because, evidence };
}

export function undetermined(
  because: string,
  evidence: Evidence[] = [],
): Verdict {
  return { result: 'unknown', because, evidence };
}
