import { Finding, Outcome } from './outcome';
import { printable } from './problem';

const VERDICTS = {
  intact: 'INTACT',
  broken: 'BROKEN',
  unknown: 'COULD NOT JUDGE',
} as const;

/** For people: 1234567 as 1,234,567. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

function place({ seq, toSeq }: Finding): string {
  return toSeq === undefined || toSeq === seq ? `${seq}` : `${seq} to ${toSeq}`;
}

function table(problems: readonly Finding[]): string[] {
  const rows = [
    ['Problem', 'Entry', 'What was found'],
    ...problems.map(problem => [
      problem.kind,
      place(problem),
      printable(problem.because),
    ]),
  ];
  const width = (column: number) =>
    Math.max(...rows.map(row => row[column].length));
  const widths = [width(0), width(1)];
  return rows.map(
    ([kind, entry, because]) =>
      `  ${kind.padEnd(widths[0])}  ${entry.padEnd(widths[1])}  ${because}`,
  );
}

/** The outcome as a person reads it: problems in a table, then what to know, and the verdict in the last line. */
export function textReport(outcome: Outcome): string {
  const { checked, from, mark, moreProblems, notes, problems, result, to } =
    outcome;
  const range =
    from === undefined || to === undefined ? '' : `, ${from} to ${to}`;
  const entries = checked === 1 ? '1 entry' : `${count(checked)} entries`;
  return [
    `Audit trail: ${printable(outcome.trail)}`,
    `Recomputed: ${entries}${range}`,
    ...(problems.length > 0 ? ['', ...table(problems)] : []),
    ...(moreProblems ? ['  There are more; these are the first.'] : []),
    '',
    ...notes.map(note => `Note: ${printable(note)}`),
    ...(mark && result === 'intact'
      ? [
          `To go on from here another time: --from ${mark.seq} --hash ${mark.hash}`,
        ]
      : []),
    `${VERDICTS[result]}: ${printable(outcome.because)}`,
    '',
  ].join('\n');
}

export function jsonReport(outcome: Outcome): string {
  return `${JSON.stringify(outcome, undefined, 2)}\n`;
}
