import { AuditProblem } from '@ai-operator/backstage-plugin-ai-operator-common';
import type { Mark } from './arguments';

/** Something that is not as it was written, here or in the copy. */
export interface Finding extends Omit<AuditProblem, 'kind'> {
  kind: AuditProblem['kind'] | 'copy missing' | 'copy differs';
}

/** Findings that are listed; more are only said to be there. */
export const MAX_FINDINGS = 100;

/** What a verification showed. */
export interface Outcome {
  result: 'intact' | 'broken' | 'unknown';
  /** The verdict in one sentence. */
  because: string;
  /** Where the trail was read. */
  trail: string;
  /** How many entries were recomputed. */
  checked: number;
  from?: number;
  to?: number;
  problems: Finding[];
  /** More were found than are listed. */
  moreProblems: boolean;
  /** What an auditor should know besides. */
  notes: string[];
  /** The newest entry that was recomputed: the next verification can go on from it. */
  mark?: Mark;
}

export const EXIT_CODES = { intact: 0, broken: 1, unknown: 2 } as const;
