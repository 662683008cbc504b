import { InvariantId } from '@ai-operator/backstage-plugin-ai-operator-common';
import { INVARIANTS } from './invariants';
import { VerdictSet } from './rollback';
import { Verdict } from './verdict';

const MARKS: Record<Verdict['result'], string> = {
  holds: '✅',
  broken: '❌',
  unknown: '⏳',
};

/** `I3` of `I3_replica_shortage`, as people say it. */
export function shortId(id: InvariantId): string {
  return id.slice(0, id.indexOf('_'));
}

export function invariantTitle(id: InvariantId): string {
  return INVARIANTS.find(invariant => invariant.id === id)?.title ?? id;
}

/** The checklist of seed §4.2: one line for each invariant with the reason for its verdict. */
export function verdictLines({ invariants }: VerdictSet): string[] {
  return invariants.map(
    ({ id, result, because }) =>
      `- ${MARKS[result]} ${shortId(id)}: ${invariantTitle(id)} (${because})`,
  );
}

/** Rows of a Markdown table, for issues. */
export function verdictRows({ invariants }: VerdictSet): string[][] {
  return invariants.map(({ id, result, because }) => [
    shortId(id),
    invariantTitle(id),
    `${MARKS[result]} ${result}`,
    because,
  ]);
}

/** ` (6 of 8 invariants hold)`, or nothing before the first evaluation. */
export function verdictCounts(verdicts: VerdictSet | undefined): string {
  if (!verdicts) {
    return '';
  }
  const { invariants } = verdicts;
  const holding = invariants.filter(({ result }) => result === 'holds').length;
  return ` (${holding} of ${invariants.length} invariants hold)`;
}
