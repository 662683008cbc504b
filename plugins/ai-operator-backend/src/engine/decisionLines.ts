import { InvariantId } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Decision, Rollback, VerdictSet } from '../core';
import { LogLine, moveLevel } from '../logging';
import { CallRecord } from '../ports';

type About = Pick<Rollback, 'application' | 'environment' | 'correlationId'>;

function named({ application, environment }: About): string {
  return `${application.name} (${environment})`;
}

function confirmedAt({ state }: Pick<Rollback, 'state'>): number | undefined {
  return 'confirmedAt' in state ? state.confirmedAt : undefined;
}

/** In production I1 is broken by definition, and branch protection until somebody approves: people are asked anyway. */
function isExpected(
  id: InvariantId,
  { approval }: Pick<VerdictSet, 'approval'>,
): boolean {
  return (
    approval !== undefined &&
    (id === 'I1_environment' ||
      (id === 'I8_branch_protection' && approval.result !== 'holds'))
  );
}

/** Invariants that are broken now and were not before. */
function newlyBroken({ verdicts: before }: Rollback, after: VerdictSet) {
  return after.invariants.filter(
    ({ id, result }) =>
      result === 'broken' &&
      !isExpected(id, after) &&
      before?.invariants.find(each => each.id === id)?.result !== 'broken',
  );
}

/**
 * What the log tells of one committed decision at `now` (ms epoch): one line
 * for a move, and none for a look that found everything as it was.
 */
export function decisionLines(
  rollback: Rollback,
  decision: Decision,
  now: number,
): LogLine[] {
  const { escalation, next, transition, because, verdicts } = decision;
  const about = rollback;
  const from = rollback.state.name;
  const to = next.name;
  const asksPeople = escalation?.at === now;
  const lines: LogLine[] = [];

  const isConfirmed =
    confirmedAt(rollback) === undefined &&
    confirmedAt({ state: next }) !== undefined;
  if (isConfirmed && from === to) {
    lines.push({
      level: 'info',
      message: `${named(rollback)}: ${because}`,
      about,
      fields: { state: to },
    });
  }
  const broken =
    verdicts && to !== 'Abort' ? newlyBroken(rollback, verdicts) : [];
  if (broken.length > 0) {
    lines.push({
      level: 'warn',
      message: `${named(rollback)}: ${broken
        .map(verdict => `${verdict.id} is broken: ${verdict.because}`)
        .join('; ')}`,
      about,
      fields: { state: to, invariants: broken.map(({ id }) => id) },
    });
  }
  if (transition) {
    lines.push({
      level: moveLevel(transition, asksPeople),
      message: `${named(rollback)}: ${from} -> ${to}: ${because}`,
      about,
      fields: {
        transition,
        from,
        to,
        ...(next.name === 'Abort' ? { reason: next.reason } : {}),
      },
    });
  } else if (asksPeople) {
    lines.push({
      level: 'warn',
      message: `${named(rollback)}: people are asked: ${escalation.because}`,
      about,
      fields: { state: to, reason: escalation.reason },
    });
  }
  return lines;
}

/** Calls that have begun to fail while a rollback was looked at; told once, not with every look of an outage. */
export function failedCallLines(
  rollback: About,
  failures: readonly CallRecord[],
): LogLine[] {
  return failures.map(({ name, errorCode, response }) => ({
    level: 'warn',
    message: `${named(rollback)}: ${name} failed${
      errorCode ? ` with ${errorCode}` : ''
    }${typeof response === 'string' ? `: ${response}` : ''}`,
    about: rollback,
    fields: { call: name, ...(errorCode ? { errorCode } : {}) },
  }));
}
