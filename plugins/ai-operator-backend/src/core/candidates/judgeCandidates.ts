import { CandidateRow, CandidateSearch, ResolvedCandidate } from '../candidate';
import { Policy } from '../policy';

export interface CandidateJudgement {
  /** Every commit looked at with its reason, newest first. */
  rows: CandidateRow[];
  resolved?: ResolvedCandidate;
  /** True when nothing qualifies yet but something still might (CI pending or not readable). */
  undecided: boolean;
  because: string;
}

/** Judges the commits a search found (SPEC §8, AC-04, AC-05, RB-09). */
export function judgeCandidates(
  search: CandidateSearch,
  policy: Policy,
  now: number,
): CandidateJudgement {
  throw new Error(`not implemented ${search}${policy}${now}`);
}
